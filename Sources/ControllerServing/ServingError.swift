// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Why a server could not be set up or could not listen.
public struct ServingError: Error, Sendable, CustomStringConvertible {
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

    /// A class of errors. More may be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String { case badAddress, portInUse, listen }
        private let kind: Kind

        /// The text is not an address.
        public static let badAddress = Code(kind: .badAddress)
        /// Another program listens there.
        public static let portInUse = Code(kind: .portInUse)
        /// The address cannot be listened on for another reason.
        public static let listen = Code(kind: .listen)

        public var description: String { kind.rawValue }
    }
}
