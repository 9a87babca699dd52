// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// A regular expression in the syntax of Go's `regexp` (RE2), matched in time linear in the text.
///
/// Patterns come from CustomResourceDefinitions and texts from anybody, so a backtracking engine would be a way to stop the server. Only
/// whether a text matches is answered; captures and greediness therefore do not matter. Text is matched by Unicode scalars.
package struct RegularExpression: Sendable {
    /// The expression as it was written.
    package let pattern: String
    private let program: RegularExpressionProgram

    /// - Throws: what Go's `regexp.Compile` would say, without the words `error parsing regexp`.
    package init(_ pattern: String) throws(RegularExpressionError) {
        self.pattern = pattern
        var parser = RegularExpressionParser(pattern)
        program = try RegularExpressionProgram(try parser.parse())
    }

    /// Whether the expression matches anywhere in `text`.
    package func matches(_ text: String) -> Bool { program.matches(text.unicodeScalars) }
}

/// Why an expression cannot be used.
package struct RegularExpressionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// E.g. `missing closing ]`.
    package var problem: String
    /// The part of the expression that is wrong.
    package var part: String

    package var description: String { "error parsing regexp: \(problem): `\(part)`" }
}
