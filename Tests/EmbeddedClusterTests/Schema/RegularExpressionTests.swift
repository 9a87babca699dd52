// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Testing

@testable import EmbeddedCluster

@Suite("A regular expression of a schema")
struct RegularExpressionTests {
    @Test(
        "matches as Go's regexp matches",
        arguments: [
            ("^[a-z]+$", ["abc"], ["", "ABC", "ab1"]),
            ("b", ["abc", "b"], ["", "ac"]),
            ("^$", [""], ["a"]),
            ("^a{2,3}$", ["aa", "aaa"], ["a", "aaaa"]),
            ("^a{2}$", ["aa"], ["a", "aaa"]),
            ("^a{2,}b?$", ["aa", "aaaab"], ["a", "aabb"]),
            ("^x{$", ["x{"], ["x"]),
            ("^(ab|cd)*$", ["", "abcd"], ["abc"]),
            ("^(?:a|b)(?P<n>c)$", ["ac", "bc"], ["ab"]),
            ("(?i)^straße$", ["STRAßE", "straße"], ["strasse"]),
            ("(?i:A)b", ["ab", "Ab"], ["aB"]),
            (#"^\d+\.\w\s$"#, ["1.a "], ["a.a ", "1xa "]),
            (#"^[\d\-x]+$"#, ["1-x"], ["1_"]),
            ("^[^a-c]$", ["d", "é"], ["a", "dd"]),
            ("^[]a]+$", ["]a"], ["b"]),
            ("^[a-]+$", ["a-"], ["b"]),
            ("^.$", ["é", "😀", " "], ["\n", "ab"]),
            ("(?s)^.$", ["\n"], []),
            ("(?m)^b$", ["a\nb\nc"], ["ab"]),
            (#"\bcat\b"#, ["a cat!"], ["concat"]),
            (#"^\pL\p{Nd}\P{L}$"#, ["é1."], ["1é.", "é1x"]),
            ("^[[:alpha:]_]+$", ["a_B"], ["1"]),
            (#"^\Qa.b\E+$"#, ["a.bb"], ["axb"]),
            (#"^\x41\x{1F600}$"#, ["A😀"], ["A"]),
            (#"\Aa\z"#, ["a"], ["ba", "ab"]),
            ("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$", ["python3.11", "a"], ["-a", "a-", "A"]),
            ("a||b", ["", "x"], []),
            ("^(a+)+$", ["aaaa"], ["aaab"]),
        ]
    )
    func match(pattern: String, matching: [String], other: [String]) throws {
        let expression = try RegularExpression(pattern)
        for text in matching { #expect(expression.matches(text), "\(pattern) should match \(text)") }
        for text in other { #expect(!expression.matches(text), "\(pattern) should not match \(text)") }
    }

    @Test(
        "that is wrong is refused with Go's words",
        arguments: [
            ("[", "missing closing ]: `[`"),
            ("a[b-", "missing closing ]: `[b-`"),
            ("(a", "missing closing ): `(a`"),
            ("a)", "unexpected ): `a)`"),
            ("*a", "missing argument to repetition operator: `*`"),
            ("a**", "invalid nested repetition operator: `**`"),
            ("a{1001}", "invalid repeat count: `{1001}`"),
            ("a{2,1}", "invalid repeat count: `{2,1}`"),
            ("[z-a]", "invalid character class range: `z-a`"),
            (#"\q"#, "invalid escape sequence: `\\q`"),
            (#"a\"#, "trailing backslash at end of expression: ``"),
            ("(?=a)", "invalid or unsupported Perl syntax: `(?=`"),
            ("(?<!a)", "invalid or unsupported Perl syntax: `(?<`"),
            (#"\p{Nothing}"#, "invalid character class range: `\\p{Nothing}`"),
        ]
    )
    func refuse(pattern: String, message: String) {
        #expect {
            try RegularExpression(pattern)
        } throws: { error in
            "\(error)" == "error parsing regexp: " + message
        }
    }

    @Test("takes time linear in the text, whatever the pattern")
    func linear() throws {
        let expression = try RegularExpression("^(a|a)*(a*)*(a?){50}b$")
        #expect(!expression.matches(String(repeating: "a", count: 5000)))
    }

    @Test("cannot become larger than its bound")
    func bounded() {
        #expect(throws: RegularExpressionError.self) { try RegularExpression("((a{1000}){1000}){1000}") }
        #expect(throws: RegularExpressionError.self) {
            try RegularExpression(String(repeating: "(", count: 5000) + String(repeating: ")", count: 5000))
        }
    }
}
