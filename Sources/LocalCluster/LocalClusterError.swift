// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Why the local cluster could not be started, stopped or asked.
public struct LocalClusterError: Error, Sendable, CustomStringConvertible {
    /// What went wrong, in classes that callers act on.
    public var code: Code

    /// The thing, what is wrong with it, and what to do, in one line.
    public var message: String

    /// The last lines of the cluster's log, when it ended before it was ready; for those who want to know more.
    public var log: String

    /// An error with this code and message.
    public init(_ code: Code, _ message: String, log: String = "") {
        self.code = code
        self.message = message
        self.log = log
    }

    /// The message.
    public var description: String { message }

    /// A class of errors. More may be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String { case options, state, running, notReady, start, stop, kubeconfig }
        private let kind: Kind

        /// An option has a value that cannot be used.
        public static let options = Code(kind: .options)
        /// The state directory cannot be used.
        public static let state = Code(kind: .state)
        /// A cluster runs, or is being started, in the state directory.
        public static let running = Code(kind: .running)
        /// The cluster did not become ready in time.
        public static let notReady = Code(kind: .notReady)
        /// The cluster's process ended before it was ready.
        public static let start = Code(kind: .start)
        /// The cluster's process did not end.
        public static let stop = Code(kind: .stop)
        /// The kubeconfig file cannot be read or written.
        public static let kubeconfig = Code(kind: .kubeconfig)

        public var description: String { kind.rawValue }
    }
}
