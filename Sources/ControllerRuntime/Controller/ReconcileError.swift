// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Why the runtime itself, not the reconciler, calls a reconcile failed.
public struct ReconcileError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure this is.
    public var code: Code
    /// The key, what happened and what to do.
    public var message: String
    /// What the reconciler threw, when it did.
    public var underlying: (any Error)?

    public var description: String { message }

    /// A kind of failure. More may be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String { case budgetExceeded }
        private let kind: Kind

        /// The reconcile took longer than its budget and was canceled.
        public static let budgetExceeded = Code(kind: .budgetExceeded)

        public var description: String { kind.rawValue }
    }
}
