// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Why a JSON document could not be read.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure; more may come.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String { case syntax, encoding, tooDeep, typeMismatch, outOfRange, invalidValue, wrongKind }

        private let kind: Kind

        private init(_ kind: Kind) { self.kind = kind }

        /// The text is not JSON.
        public static let syntax = Code(.syntax)
        /// A string is not UTF-8, or an escape names half of a surrogate pair.
        public static let encoding = Code(.encoding)
        /// More objects and arrays are open at once than the reader allows.
        public static let tooDeep = Code(.tooDeep)
        /// The value is JSON of another type than the one that was asked for.
        public static let typeMismatch = Code(.typeMismatch)
        /// The number does not fit the type that was asked for.
        public static let outOfRange = Code(.outOfRange)
        /// The string has the right type but not the right form (a time, a quantity).
        public static let invalidValue = Code(.invalidValue)
        /// The document has another `apiVersion` or `kind` than the type that was asked for.
        public static let wrongKind = Code(.wrongKind)

        public var description: String { kind.rawValue }
    }

    /// What kind of failure it is.
    public let code: Code
    /// What is wrong, in words; the place is in ``path`` and ``offset``.
    public let message: String
    /// The field, for example `spec.containers[0].name`; empty at the top of the document. Cut after 512 bytes.
    public let path: String
    /// The byte of the document at which the failure was noticed, from 0.
    public let offset: Int

    /// An error at a place.
    public init(code: Code, message: String, path: String, offset: Int) {
        self.code = code
        self.message = message
        self.path = path
        self.offset = offset
    }

    public var description: String {
        path.isEmpty ? "\(message) (byte \(offset))" : "\(path): \(message) (byte \(offset))"
    }
}
