// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// What the local node could not do, for people.
package struct LocalNodeError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong, for code. Grows over time.
    package struct Code: Sendable, Hashable {
        private enum Value { case host, launch, state, system, notFound, notStarted }
        private let value: Value

        private init(_ value: Value) { self.value = value }

        /// The host cannot run sandboxes as it is.
        package static let host = Code(.host)
        /// One sandbox could not be started.
        package static let launch = Code(.launch)
        /// The state directory cannot be used.
        package static let state = Code(.state)
        /// The node has no such pod or container.
        package static let notFound = Code(.notFound)
        /// The container has not started yet, so it has no log.
        package static let notStarted = Code(.notStarted)
        /// A system call failed.
        package static let system = Code(.system)
    }

    /// What went wrong.
    package var code: Code
    /// The thing, what was wrong with it and what to do.
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
