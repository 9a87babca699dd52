// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Why a cache refused.
public struct CacheError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure this is.
    public var code: Code
    /// The kind, what is wrong, and what to do.
    public var message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }

    /// A kind of failure. More may be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case undeclared, outOfScope, ambiguous, notSynced, unknownIndex, conflictingDeclaration, invalidScope, ended
        }
        private let kind: Kind

        /// Nobody has declared the kind.
        public static let undeclared = Code(kind: .undeclared)
        /// The kind is declared, but not for the namespace that was asked for.
        public static let outOfScope = Code(kind: .outOfScope)
        /// The kind is declared with several scopes, and the read does not say which it means.
        public static let ambiguous = Code(kind: .ambiguous)
        /// The first list has not succeeded yet, so that nothing can be said of what there is.
        public static let notSynced = Code(kind: .notSynced)
        /// The kind is declared without the index.
        public static let unknownIndex = Code(kind: .unknownIndex)
        /// The kind is declared with this scope already, and differently.
        public static let conflictingDeclaration = Code(kind: .conflictingDeclaration)
        /// The scope makes no sense for the kind.
        public static let invalidScope = Code(kind: .invalidScope)
        /// The cache has stopped.
        public static let ended = Code(kind: .ended)

        public var description: String { kind.rawValue }
    }
}
