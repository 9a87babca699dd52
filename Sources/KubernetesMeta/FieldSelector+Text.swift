// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

extension FieldSelector: CustomStringConvertible {
    /// The selector as requests carry it in `fieldSelector`. Backslashes, commas and equals signs in values are escaped by a backslash.
    public var description: String {
        requirements.map { "\($0.field)\($0.isEqual ? "=" : "!=")\(Self.escaped($0.value))" }.joined(separator: ",")
    }

    /// Reads what requests carry in `fieldSelector`: comparisons by `=`, `==` or `!=` between commas; in values a backslash goes before a
    /// backslash, a comma and an equals sign. An empty text selects everything.
    ///
    /// - Throws: `MetaError` of code `invalidSelector`, which names the comparison that is wrong.
    public init(parsing text: String) throws(MetaError) {
        var requirements: [Requirement] = []
        for term in Self.terms(of: text) where !term.isEmpty { requirements.append(try Self.requirement(term, of: text)) }
        self.init(requirements: requirements)
    }

    private static func requirement(_ term: Substring, of text: String) throws(MetaError) -> Requirement {
        guard let sign = term.firstIndex(where: { $0 == "=" || $0 == "!" }) else {
            throw invalid(text, "'\(term)' has no =, == or !=")
        }
        let isEqual = term[sign] == "="
        let width = term[sign...].hasPrefix("==") || !isEqual ? 2 : 1
        guard isEqual || term[sign...].hasPrefix("!=") else { throw invalid(text, "'\(term)' has '!' without '='") }
        let field = term[..<sign]
        guard !field.isEmpty else { throw invalid(text, "'\(term)' names no field") }
        let value = try unescaped(term[sign...].dropFirst(width), of: text)
        return Requirement(field: String(field), value: value, isEqual: isEqual)
    }

    /// The parts between commas that no backslash precedes.
    private static func terms(of text: String) -> [Substring] {
        var terms: [Substring] = []
        var begin = text.startIndex
        var isEscaped = false
        for index in text.indices {
            if isEscaped {
                isEscaped = false
            } else if text[index] == "\\" {
                isEscaped = true
            } else if text[index] == "," {
                terms.append(text[begin..<index])
                begin = text.index(after: index)
            }
        }
        return terms + [text[begin...]]
    }

    private static func escaped(_ value: String) -> String {
        var escaped = ""
        for character in value {
            if character == "\\" || character == "," || character == "=" { escaped.append("\\") }
            escaped.append(character)
        }
        return escaped
    }

    private static func unescaped(_ value: Substring, of text: String) throws(MetaError) -> String {
        var plain = ""
        var isEscaped = false
        for character in value {
            switch (isEscaped, character) {
            case (true, "\\"), (true, ","), (true, "="):
                plain.append(character)
                isEscaped = false
            case (true, _): throw invalid(text, "'\\\(character)' is no escape; write \\\\ for a backslash")
            case (false, "\\"): isEscaped = true
            case (false, "="): throw invalid(text, "'=' in a value must be written \\=")
            case (false, _): plain.append(character)
            }
        }
        guard !isEscaped else { throw invalid(text, "a backslash ends the value; write \\\\ for a backslash") }
        return plain
    }

    private static func invalid(_ text: String, _ problem: String) -> MetaError {
        MetaError(code: .invalidSelector, message: "the field selector '\(text)' is not valid: \(problem)")
    }
}
