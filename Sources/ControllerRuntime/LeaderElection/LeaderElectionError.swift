// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Why leader election was not set up, or ended.
public struct LeaderElectionError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure this is.
    public var code: Code
    /// The option or the lease, what is wrong with it, and what to do.
    public var message: String

    public var description: String { message }

    /// A kind of failure. More may be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String { case options, alreadyStarted }
        private let kind: Kind

        /// An option has a value that cannot be used.
        public static let options = Code(kind: .options)
        /// An elector runs once.
        public static let alreadyStarted = Code(kind: .alreadyStarted)

        public var description: String { kind.rawValue }
    }
}
