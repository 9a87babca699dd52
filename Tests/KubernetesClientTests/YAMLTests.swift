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
            ("2024-01-02", "2024-01-02"), ("0x10", .int(16)), ("18446744073709551615", .number(JSONNumber(UInt64.max))),
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

    @Test("a document that is larger than it looks is refused")
    func bomb() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let alias = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(alias)]\n"
        }
        #expect(throws: YAML.ParseError.self) { try YAML.documents(text) }
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
