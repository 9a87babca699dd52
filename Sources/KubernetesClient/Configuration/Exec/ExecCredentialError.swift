// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Why a credential plugin gave no credentials.
struct ExecCredentialError: Error, Sendable, Hashable, CustomStringConvertible {
    enum Code: Sendable, Hashable {
        /// There is no such program.
        case notFound
        /// The program cannot be started, or needs a terminal that is not there.
        case notRunnable
        /// The policy of the configuration does not allow it.
        case forbidden
        /// It ended with a failure.
        case failed
        /// It took longer than it may.
        case timedOut
        /// What it printed is not an ExecCredential that can be used.
        case unusable
        /// Nobody waits for it any more.
        case canceled
    }

    var code: Code
    /// One line: the plugin, what was wrong, what to do.
    var message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    var description: String { message }
}
