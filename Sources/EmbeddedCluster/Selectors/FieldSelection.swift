// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// A parsed `fieldSelector` parameter: fields that must, or must not, have a value.
package struct FieldSelection: Sendable, Hashable {
    package struct Requirement: Sendable, Hashable {
        package var field: String
        package var value: String
        package var isNegated: Bool
    }

    package var requirements: [Requirement]

    package var isEmpty: Bool { requirements.isEmpty }

    package init(requirements: [Requirement] = []) { self.requirements = requirements }

    /// The value that `field` must have, when the selector says so.
    package func exactValue(of field: String) -> String? {
        requirements.first { $0.field == field && !$0.isNegated }?.value
    }

    /// Parses the parameter by the grammar of `k8s.io/apimachinery/pkg/fields`: `a=b,c==d,e!=f`, with `\` before `,`, `=` and `\`.
    package init(_ text: String) throws(StatusError) {
        requirements = []
        for term in Self.terms(text) where !term.isEmpty {
            guard let (field, symbol, value) = Self.split(term) else {
                throw .badRequest("invalid selector: '\(text)'; can't understand '\(term)'")
            }
            requirements.append(Requirement(field: field, value: try Self.unescaped(value), isNegated: symbol == "!="))
        }
    }

    private static func terms(_ text: String) -> [String] {
        var terms: [String] = []
        var term = ""
        var isEscaped = false
        for character in text.unicodeScalars {
            if isEscaped {
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "," {
                terms.append(term)
                term = ""
                continue
            }
            term.unicodeScalars.append(character)
        }
        terms.append(term)
        // A real server looks at the terms in the order of their bytes.
        return terms.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private static func split(_ term: String) -> (field: String, symbol: String, value: String)? {
        for index in term.indices {
            for symbol in ["!=", "==", "="] where term[index...].hasPrefix(symbol) {
                return (String(term[..<index]), symbol, String(term[index...].dropFirst(symbol.count)))
            }
        }
        return nil
    }

    private static func unescaped(_ value: String) throws(StatusError) -> String {
        var result = ""
        var isEscaped = false
        for character in value.unicodeScalars {
            if isEscaped {
                guard character == "\\" || character == "," || character == "=" else {
                    throw .badRequest("invalid field selector: invalid escape sequence: \\\(character)")
                }
                result.unicodeScalars.append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "=" {
                throw .badRequest("invalid field selector: unescaped character in value: =")
            } else {
                result.unicodeScalars.append(character)
            }
        }
        guard !isEscaped else { throw .badRequest("invalid field selector: invalid escape sequence: \\") }
        return result
    }

    /// Whether an object with these own fields matches.
    package func matches(_ key: StorageKey, fields: [String: String]) -> Bool {
        requirements.allSatisfy { requirement in
            let value =
                switch requirement.field {
                case "metadata.name": key.name
                case "metadata.namespace": key.namespace
                default: fields[requirement.field] ?? ""
                }
            return (value == requirement.value) != requirement.isNegated
        }
    }
}
