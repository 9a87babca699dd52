// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Reads the text form of label selectors; the grammar is that of `k8s.io/apimachinery/pkg/labels`.
struct LabelSelectorParser {
    private enum Token: Equatable {
        case word(String)
        /// One of `! = == != ( ) , < >`.
        case sign(String)
        case end
    }

    private let text: String
    private var rest: Substring

    init(_ text: String) {
        self.text = text
        rest = text[...]
    }

    mutating func requirements() throws(MetaError) -> [LabelSelectorRequirement] {
        var requirements: [LabelSelectorRequirement] = []
        guard peek() != .end else { return [] }
        while true {
            requirements.append(try requirement())
            switch next() {
            case .end: return requirements
            case .sign(","): continue
            case let token: throw failure("expected ',' or the end", found: token)
            }
        }
    }

    private mutating func requirement() throws(MetaError) -> LabelSelectorRequirement {
        if peek() == .sign("!") {
            _ = next()
            return .doesNotExist(try key())
        }
        let key = try key()
        switch peek() {
        case .end, .sign(","): return .exists(key)
        default: break
        }
        switch next() {
        case .sign("="), .sign("=="): return .equals(key, try value())
        case .sign("!="): return .notEquals(key, try value())
        case .word("in"): return .in(key, try values())
        case .word("notin"): return .notIn(key, try values())
        case .sign(let sign) where sign == "<" || sign == ">":
            throw MetaError(
                code: .invalidSelector,
                message:
                    "the label selector '\(text)' compares \(key) by '\(sign)'; only node affinity can do that, list the values instead"
            )
        case let token: throw failure("expected =, ==, !=, in or notin after \(key)", found: token)
        }
    }

    private mutating func key() throws(MetaError) -> String {
        let token = next()
        guard case .word(let key) = token else { throw failure("expected a label's key", found: token) }
        guard LabelSyntax.isKey(key) else {
            throw MetaError(
                code: .invalidSelector,
                message:
                    "the label selector '\(text)' has the key '\(key)'; a key is [prefix/]name, the name at most 63 letters, digits, '-', '_' and '.', the prefix a DNS subdomain"
            )
        }
        return key
    }

    /// One value, which may be empty.
    private mutating func value() throws(MetaError) -> String {
        guard case .word(let value) = peek() else { return "" }
        _ = next()
        guard LabelSyntax.isValue(value) else {
            throw MetaError(
                code: .invalidSelector,
                message:
                    "the label selector '\(text)' has the value '\(value)'; a value is at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends"
            )
        }
        return value
    }

    private mutating func values() throws(MetaError) -> [String] {
        let begin = next()
        guard begin == .sign("(") else { throw failure("expected '('", found: begin) }
        var values: [String] = []
        while true {
            values.append(try value())
            switch next() {
            case .sign(","): continue
            case .sign(")"): return values
            case let token: throw failure("expected ',' or ')'", found: token)
            }
        }
    }

    // MARK: Tokens

    private func peek() -> Token {
        var copy = self
        return copy.next()
    }

    private mutating func next() -> Token {
        rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r" }
        guard !rest.isEmpty else { return .end }
        for sign in ["==", "!=", "!", "=", "(", ")", ",", "<", ">"] where rest.hasPrefix(sign) {
            rest = rest.dropFirst(sign.count)
            return .sign(sign)
        }
        let word = rest.prefix { !" \t\n\r!=(),<>".contains($0) }
        rest = rest.dropFirst(word.count)
        return .word(String(word))
    }

    private func failure(_ expected: String, found token: Token) -> MetaError {
        let found =
            switch token {
            case .word(let word): "'\(word)'"
            case .sign(let sign): "'\(sign)'"
            case .end: "the end"
            }
        return MetaError(
            code: .invalidSelector,
            message: "the label selector '\(text)' is not valid: \(expected), found \(found)"
        )
    }
}
