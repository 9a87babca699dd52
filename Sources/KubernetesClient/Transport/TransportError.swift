// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Why an exchange with a server did not come to its end.
public struct TransportError: Error, Sendable, CustomStringConvertible {
    /// What went wrong, in classes that callers act on.
    public var code: Code

    /// The peer without secrets, what failed, and what to do about it.
    public var message: String

    /// The cause, when another error lies behind this one.
    public var underlying: (any Error)?

    /// An error with this code and message.
    public init(_ code: Code, _ message: String, underlying: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.underlying = underlying
    }

    public var description: String { message }

    /// A class of transport errors. More may be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case refused, unreachable, timedOut, tls, closed, protocolViolation, canceled, tooLarge, credentials, other
        }
        private let kind: Kind

        /// Nobody listens at the address.
        public static let refused = Code(kind: .refused)
        /// The host's name cannot be resolved, or there is no way to it.
        public static let unreachable = Code(kind: .unreachable)
        /// A limit of ``RequestOptions``, or that for connecting, has passed.
        public static let timedOut = Code(kind: .timedOut)
        /// The TLS handshake failed: trust, names, client certificate.
        public static let tls = Code(kind: .tls)
        /// The connection ended too early, or the transport was shut down.
        public static let closed = Code(kind: .closed)
        /// The server does not speak HTTP as it should.
        public static let protocolViolation = Code(kind: .protocolViolation)
        /// The calling task was cancelled.
        public static let canceled = Code(kind: .canceled)
        /// More bytes than the exchange may hold.
        public static let tooLarge = Code(kind: .tooLarge)
        /// There are no credentials to send: a token file cannot be read, or a credential plugin fails. Nothing was sent, or the server
        /// refused what it was shown.
        public static let credentials = Code(kind: .credentials)
        /// Anything else; see the message.
        public static let other = Code(kind: .other)

        public var description: String { kind.rawValue }
    }
}
