// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import Testing

@testable import KubernetesClient

@Suite("YAML as JSON")
struct YAMLTests {
    @Test(
        "scalars become what Kubernetes' tools make of them",
        arguments: [
            ("1", JSONValue.int(1)), ("-7", .int(-7)), ("1.5", .number(JSONNumber(1.5)!)), ("true", true), ("yes", true),
            ("off", false),
            ("~", .null), ("null", .null), ("", .null), ("'1'", "1"), ("\"true\"", "true"), ("text", "text"), ("1.2.3", "1.2.3"),
            ("2024-01-02", "2024-01-02"), ("12:30", "12:30"), ("-1:30.5", "-1:30.5"), ("0x10", .int(16)),
            ("18446744073709551615", .number(JSONNumber(UInt64.max))),
        ]
    )
    func scalars(text: String, expected: JSONValue) throws {
        #expect(try YAML.documents("a: \(text)") == [["a": expected]])
    }

    @Test("several documents, anchors and nesting")
    func documents() throws {
        let text = "a: &x {b: [1, 2]}\nc: *x\n---\n---\n- z\n"
        #expect(try YAML.documents(text) == [["a": ["b": [1, 2]], "c": ["b": [1, 2]]], ["z"]])
    }

    @Test("an error in a later document is not overlooked")
    func laterError() {
        #expect(throws: YAML.ParseError.self) { try YAML.documents("a: 1\n---\nb: [") }
    }

    /// Lists of ten aliases of the list before; `last` follows.
    private static func bomb(last: String) -> String {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let alias = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(alias)]\n"
        }
        return text + last
    }

    private static func problem(_ text: String) throws -> String {
        try #require(#expect(throws: YAML.ParseError.self) { try YAML.documents(text) }).description
    }

    @Test(
        "a document that is larger than it looks is refused, also where the composer would hash it",
        arguments: ["", "*a9 : x\n"]
    )
    func bomb(last: String) throws {
        #expect(try Self.problem(Self.bomb(last: last)) == "line 6: the text has more than 1000000 values")
    }

    @Test("aliases of aliases without end are refused, not followed")
    func chain() throws {
        let lines = (1...30_000).map { "- &a\($0) [*a\($0 - 1)]" }
        #expect(try Self.problem("- &a0 x\n" + lines.joined(separator: "\n")) == "line 513: values are nested more than 512 deep")
    }

    @Test("many documents have one limit together")
    func documentsLimit() throws {
        let document = "- &x [\(String(repeating: "1,", count: 1_000))]\n" + String(repeating: "- *x\n", count: 20)
        let documents = Array(repeating: document, count: 50)
        #expect(try Self.problem(documents.joined(separator: "---\n")).hasSuffix("the text has more than 1000000 values"))
    }

    @Test("an asterisk is an alias where YAML has one, and else itself")
    func asterisks() throws {
        let text = """
            '*q': "*x"
            k*: [a*b, "*"]
            block: |
              *x
            \u{E000}: \u{E001}*
            &k key: {*k : 1}
            int: &i 7
            again: [*i, *i]
            """
        let expected: JSONValue = [
            "*q": "*x", "k*": ["a*b", "*"], "block": "*x\n", "\u{E000}": "\u{E001}*", "key": ["key": 1], "int": 7,
            "again": [7, 7],
        ]
        #expect(try YAML.documents(text) == [expected])
    }

    @Test("an alias of nothing is refused by its name", arguments: ["a: *b", "a: &b [*b]", "- &b 1\n--- \n- *b", "*b : 1"])
    func undefined(text: String) throws {
        #expect(try Self.problem(text).hasSuffix("an alias of nothing: b"))
    }

    @Test(
        "a problem is told without the text around it, which may be a secret",
        arguments: [
            ("token: t0k\nname: n\nname: t0k\n", "line 2: a key is there twice: name"),
            ("token: t0k\nname: t0k\u{1}\n", "line 2: control characters are not allowed"),
            ("token: 't0k", "line 1: found unexpected end of stream"),
        ]
    )
    func secrets(text: String, expected: String) throws {
        #expect(try Self.problem(text) == expected)
    }

    @Test(
        "a key that is a list or a map is refused, before keys are compared, which takes twice as long for each level",
        arguments: [
            ("? [a]\n: 1", 1), ("a: 1\n? {b: c}\n: 2", 2), ("{[a]: 1}", 1), ("a:\n- {{b: 1}: 2}", 2), ("[a]: 1", 1),
            (
                ["a", "a", "b", "b"].map { String(repeating: "? ", count: 60) + $0 + "\n" }.joined(), 1
            ),
        ]
    )
    func collectionsAsKeys(text: String, line: Int) throws {
        #expect(try Self.problem(text) == "line \(line): a key is a list or a map; only text can be a key")
    }

    @Test("a number to the base of sixty is text, however large")
    func sexagesimal() throws {
        #expect(try YAML.documents("a: 9999999999999999:59:59") == [["a": "9999999999999999:59:59"]])
    }

    @Test("nesting without end is refused, not followed")
    func depth() {
        #expect(throws: YAML.ParseError.self) { try YAML.documents(String(repeating: "[", count: 100_000)) }
        #expect(throws: YAML.ParseError.self) { try YAML.documents(String(repeating: "{a: ", count: 100_000)) }
    }

    @Test("what is written is read as the same value")
    func roundTrip() throws {
        let value: JSONValue = [
            "string": "x", "looks like a number": "1", "like a bool": "yes", "like null": "~", "empty": "", "lines": "a\nb\n",
            "colon": "a: b", "int": 1, "double": .number(JSONNumber(0.25)!), "bool": false, "null": nil,
            "list": [[], [:], [1, "2"]],
            "yes": ["nested": ["-": "#"]], "long": .string(String(repeating: "word ", count: 100)), "unicode": "ä☃\u{1F600}",
            "control": "\u{7}\t",
        ]
        #expect(try YAML.documents(try YAML.text(of: value)) == [value])
    }
}
