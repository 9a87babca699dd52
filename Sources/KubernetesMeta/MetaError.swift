// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Why something about the metadata of objects cannot be done.
public struct MetaError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure; more may come.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String { case invalidSelector, incompleteOwner, foreignNamespace, alreadyControlled }

        private let kind: Kind

        private init(_ kind: Kind) { self.kind = kind }

        /// The text is no selector.
        public static let invalidSelector = Code(.invalidSelector)
        /// The owner has no name or no uid: it was not read from an API server.
        public static let incompleteOwner = Code(.incompleteOwner)
        /// The owner lives in a namespace and the object does not live in the same.
        public static let foreignNamespace = Code(.foreignNamespace)
        /// Another owner is the object's controller.
        public static let alreadyControlled = Code(.alreadyControlled)

        public var description: String { kind.rawValue }
    }

    /// What kind of failure it is.
    public let code: Code
    /// What is wrong with what, and what to do.
    public let message: String

    /// An error in words.
    public init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
