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
        private enum Kind: String { case budgetExceeded, identityChanged }
        private let kind: Kind

        /// The reconcile took longer than its budget and was canceled.
        public static let budgetExceeded = Code(kind: .budgetExceeded)
        /// A change of an object that was to be written gave it another name, namespace or uid.
        public static let identityChanged = Code(kind: .identityChanged)

        public var description: String { kind.rawValue }
    }
}
