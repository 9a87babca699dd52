// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Why a simulation cannot go on.
public struct SimulationError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure this is.
    public var code: Code
    /// What is wrong and what to do, with the seed that repeats it.
    public var message: String
    /// What a part threw.
    public var underlying: (any Error)?

    public var description: String { message }

    /// A kind of failure. More may be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String { case notReached, partFailed, badSeed, noCluster }
        private let kind: Kind

        /// A state that was waited for did not come in its time.
        public static let notReached = Code(kind: .notReached)
        /// Something that was started ended with an error.
        public static let partFailed = Code(kind: .partFailed)
        /// The environment variable `CLUSTER_SEED` holds no seed.
        public static let badSeed = Code(kind: .badSeed)
        /// The code does not run within a simulated cluster.
        public static let noCluster = Code(kind: .noCluster)

        public var description: String { kind.rawValue }
    }
}
