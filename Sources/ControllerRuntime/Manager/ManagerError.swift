// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Why a manager refused or ended with an error.
public struct ManagerError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure this is.
    public var code: Code
    /// The part, what is wrong, and what to do.
    public var message: String
    /// What the part threw, when it did.
    public var underlying: (any Error)?

    public var description: String { message }

    /// A kind of failure. More may be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String { case alreadyStarted, stopping, duplicateName, partEnded, drainTimedOut }
        private let kind: Kind

        /// Electors are added before `run()`, which is called once.
        public static let alreadyStarted = Code(kind: .alreadyStarted)
        /// Parts are added before a stop is asked for.
        public static let stopping = Code(kind: .stopping)
        /// Two controllers, or two services, have the same name.
        public static let duplicateName = Code(kind: .duplicateName)
        /// A part ended that should run as long as the manager.
        public static let partEnded = Code(kind: .partEnded)
        /// Work was left behind because it did not end within the drain budget.
        public static let drainTimedOut = Code(kind: .drainTimedOut)

        public var description: String { kind.rawValue }
    }
}
