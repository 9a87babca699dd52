// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Why a server could not be set up, could not listen, or has no certificate.
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
        private enum Kind: String { case badAddress, portInUse, listen, certificate, secret, configuration }
        private let kind: Kind

        /// The text is not an address.
        public static let badAddress = Code(kind: .badAddress)
        /// Another program listens there.
        public static let portInUse = Code(kind: .portInUse)
        /// The address cannot be listened on for another reason.
        public static let listen = Code(kind: .listen)

        /// A certificate or key is missing, cannot be read, or does not fit.
        public static let certificate = Code(kind: .certificate)
        /// The Secret that holds the certificates cannot be read or written, or holds something else.
        public static let secret = Code(kind: .secret)
        /// Options that contradict each other, or a handler that cannot be registered.
        public static let configuration = Code(kind: .configuration)

        public var description: String { kind.rawValue }
    }
}
