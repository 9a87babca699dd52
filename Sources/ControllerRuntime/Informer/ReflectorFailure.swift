// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Why a list or a watch failed, in the classes that decide how to go on.
package struct ReflectorFailure: Sendable, Hashable {
    package enum Kind: Sendable, Hashable, CaseIterable {
        /// 410: the revision or the continue token is too old.
        case expired
        /// The server is behind the revision that was asked for.
        case revisionTooLarge
        /// 429.
        case throttled
        /// 401 or 403.
        case forbidden
        /// 404: the server does not serve the kind.
        case missingKind
        /// Nobody listens, or no way to it.
        case unreachable
        /// The connection broke, or a time limit passed.
        case disconnected
        /// Nothing came for longer than the idle limit.
        case silent
        /// Events came faster than they were read.
        case overflow
        /// The answer is not what a server says.
        case garbled
        /// The server does not understand the request, or does not do what it asks for: 400, 405, 406, 415, 422.
        case refused
        /// Any other error of the server.
        case server
    }

    package var kind: Kind
    package var message: String
    /// How long the server asks to wait.
    package var retryAfter: Duration?

    package init(_ kind: Kind, _ message: String = "", retryAfter: Duration? = nil) {
        self.kind = kind
        self.message = message
        self.retryAfter = retryAfter
    }
}
