// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// Parses label selectors by the grammar of `k8s.io/apimachinery/pkg/labels`.
struct LabelSelectionParser {
    private enum Token: Hashable {
        case end, closedParenthesis, comma, bang, doubleEquals, equals, greaterThan, lessThan, notEquals, openParenthesis
        case identifier(String)
        case `in`(String), notIn(String)
        case invalid(String)

        var text: String {
            switch self {
            case .end: ""
            case .closedParenthesis: ")"
            case .comma: ","
            case .bang: "!"
            case .doubleEquals: "=="
            case .equals: "="
            case .greaterThan: ">"
            case .lessThan: "<"
            case .notEquals: "!="
            case .openParenthesis: "("
            case .identifier(let text), .in(let text), .notIn(let text), .invalid(let text): text
            }
        }

        /// In places where a value is expected, `in` and `notin` are words like any other.
        var word: String? {
            switch self {
            case .identifier(let text), .in(let text), .notIn(let text): text
            default: nil
            }
        }
    }

    private let tokens: [Token]
    private var position = 0

    init(_ text: String) { tokens = Self.tokens(text) }

    private var current: Token { position < tokens.count ? tokens[position] : .end }

    private mutating func take() -> Token {
        defer { position += 1 }
        return current
    }

    mutating func parse() throws(StatusError) -> [LabelSelection.Requirement] {
        var requirements: [LabelSelection.Requirement] = []
        while true {
            switch current {
            case .end: return requirements
            case .bang, .identifier, .in, .notIn:
                requirements.append(try requirement())
                switch take() {
                case .end: return requirements
                case .comma:
                    guard current.word != nil || current == .bang else {
                        throw failure("found '\(current.text)', expected: identifier after ','")
                    }
                case let other: throw failure("found '\(other.text)', expected: ',' or 'end of string'")
                }
            case let other: throw failure("found '\(other.text)', expected: !, identifier, or 'end of string'")
            }
        }
    }

    private mutating func requirement() throws(StatusError) -> LabelSelection.Requirement {
        var isNegated = false
        if current == .bang {
            position += 1
            isNegated = true
        }
        guard let key = take().word else {
            position -= 1
            throw requirementFailure("found '\(current.text)', expected: identifier")
        }
        if let error = NameFormat.qualifiedNameErrors(key).first { throw requirementFailure(keyError(key, error)) }
        if isNegated { return LabelSelection.Requirement(key: key, condition: .doesNotExist) }
        if current == .end || current == .comma { return LabelSelection.Requirement(key: key, condition: .exists) }
        return LabelSelection.Requirement(key: key, condition: try condition(key: key))
    }

    private mutating func condition(key: String) throws(StatusError) -> LabelSelection.Requirement.Condition {
        let token = take()
        switch token {
        case .in: return .isIn(try check(list(), key: key))
        case .notIn: return .isNotIn(try check(list(), key: key))
        case .equals, .doubleEquals: return .isIn(try check([exactValue()], key: key))
        case .notEquals: return .isNotIn(try check([exactValue()], key: key))
        case .greaterThan, .lessThan:
            let text = try exactValue()
            guard let bound = Int64(text) else {
                throw requirementFailure(
                    FieldError.invalid("values[0]", .string(text), "for 'Gt', 'Lt' operators, the value must be an integer")
                        .message
                )
            }
            return token == .greaterThan ? .greaterThan(bound) : .lessThan(bound)
        default:
            throw requirementFailure("found '\(token.text)', expected: in, notin, =, ==, !=, gt, lt")
        }
    }

    private mutating func exactValue() throws(StatusError) -> String {
        if current == .end || current == .comma { return "" }
        let token = take()
        guard let word = token.word else { throw requirementFailure("found '\(token.text)', expected: identifier") }
        return word
    }

    private mutating func list() throws(StatusError) -> [String] {
        guard take() == .openParenthesis else {
            position -= 1
            throw requirementFailure("found '\(current.text)' expected: '('")
        }
        var values: [String] = []
        while true {
            switch take() {
            case .closedParenthesis:
                if values.isEmpty { values.append("") }
                return values
            case .comma:
                // `(,a)` and `(a,,b)` hold an empty value; `(a,)` too.
                if values.isEmpty { values.append("") }
                if current == .comma || current == .closedParenthesis { values.append("") }
            case let token:
                guard let word = token.word else {
                    throw requirementFailure("found '\(token.text)', expected: ',', ')' or identifier")
                }
                values.append(word)
                guard current == .comma || current == .closedParenthesis else {
                    throw requirementFailure("found '\(current.text)', expected: ',' or ')'")
                }
            }
        }
    }

    private func check(_ values: [String], key: String) throws(StatusError) -> Set<String> {
        for (index, value) in values.enumerated() {
            guard let error = NameFormat.labelValueErrors(value).first else { continue }
            throw requirementFailure(FieldError.invalid("values[\(index)][\(key)]", .string(value), error).message)
        }
        return Set(values)
    }

    private func keyError(_ key: String, _ error: String) -> String {
        "<nil>: " + FieldError.invalid("", .string(key), error).body
    }

    private func requirementFailure(_ text: String) -> StatusError {
        failure("unable to parse requirement: " + text, isBare: true)
    }

    private func failure(_ text: String, isBare: Bool = false) -> StatusError { .badRequest(isBare ? text : text) }

    // MARK: Words

    private static func tokens(_ text: String) -> [Token] {
        let bytes = Array(text.utf8)
        var tokens: [Token] = []
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if isSpace(byte) {
                index += 1
            } else if isSymbol(byte) {
                let start = index
                while index < bytes.count, isSymbol(bytes[index]) { index += 1 }
                split(bytes[start..<index], into: &tokens)
            } else {
                let start = index
                while index < bytes.count, !isSpace(bytes[index]), !isSymbol(bytes[index]) { index += 1 }
                let word = String(decoding: bytes[start..<index], as: UTF8.self)
                switch word {
                case "in": tokens.append(.in(word))
                case "notin": tokens.append(.notIn(word))
                default: tokens.append(.identifier(word))
                }
            }
        }
        return tokens
    }

    /// Takes the longest known symbol at the front, over and over.
    private static func split(_ symbols: ArraySlice<UInt8>, into tokens: inout [Token]) {
        let pairs: [(String, Token)] = [
            ("==", .doubleEquals), ("!=", .notEquals), (")", .closedParenthesis), (",", .comma), ("!", .bang), ("=", .equals),
            (">", .greaterThan), ("<", .lessThan), ("(", .openParenthesis),
        ]
        var rest = symbols
        while !rest.isEmpty {
            guard let (symbol, token) = pairs.first(where: { rest.starts(with: $0.0.utf8) }) else {
                tokens.append(.invalid(String(decoding: rest, as: UTF8.self)))
                return
            }
            tokens.append(token)
            rest = rest.dropFirst(symbol.utf8.count)
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

    private static func isSymbol(_ byte: UInt8) -> Bool { "=!(),><".utf8.contains(byte) }
}
