// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Why the server could not start or had to stop.
public struct ServerError: Error, Sendable, CustomStringConvertible {
    /// What went wrong, in classes that callers act on.
    public var code: Code

    /// The thing, what is wrong with it, and what to do, in one line.
    public var message: String

    /// The cause, when another error lies behind this one.
    public var underlying: (any Error)?

    /// An error with this code and message.
    public init(_ code: Code, _ message: String, underlying: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.underlying = underlying
    }

    /// The message.
    public var description: String { message }

    /// A class of server errors. More may be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String { case portInUse, listen, files, certificates, token, stateInUse }
        private let kind: Kind

        /// Another program listens on the port.
        public static let portInUse = Code(kind: .portInUse)
        /// The address cannot be listened on for another reason.
        public static let listen = Code(kind: .listen)
        /// A file or directory of the state cannot be read or written.
        public static let files = Code(kind: .files)
        /// The stored certificates are unusable.
        public static let certificates = Code(kind: .certificates)
        /// The stored token is unusable.
        public static let token = Code(kind: .token)
        /// Another process works in the same state directory.
        public static let stateInUse = Code(kind: .stateInUse)

        public var description: String { kind.rawValue }
    }
}
