// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import Testing

@Suite("Reader")
struct ReaderTests {
    @Test(
        "an error names the field",
        arguments: [
            (#"{"spec":{"containers":[{"name":"a"},{"name":7}]}}"#, "spec.containers[1].name", 44),
            (#"{"spec":{"containers":[{"name":"a"} {"name":7}]}}"#, "spec.containers[0]", 36),
            (#"{"spec":{"containers":{}}}"#, "spec.containers", 22), (#"{"spec":[]}"#, "spec", 8), (#"[]"#, "", 0),
            (#"{"other":{"x\"y":[1,[2,tru]]}}"#, #"other.x"y[1][1]"#, 23), (#"{"a":"[{,\"","b":nope}"#, "b", 17),
            (#"{"a":1,"b"}"#, "b", 10), (#"{"spec": {"containers": [] ,"x": 01}}"#, "spec.x", 34),
        ]
    )
    func paths(document: String, path: String, offset: Int) {
        let error = #expect(throws: JSONError.self) { try JSON.decode(Task.self, from: Array(document.utf8)) }
        #expect(error?.path == path)
        #expect(error?.offset == offset)
    }

    @Test("a path is cut when keys are long")
    func longPath() throws {
        let key = String(repeating: "k", count: 100_000)
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: #"{"\#(key)":x}"#) }
        #expect(try #require(error).path.utf8.count < 600)
    }

    @Test("an error of the wrong type says what was expected and what was found")
    func mismatch() {
        let error = #expect(throws: JSONError.self) { try JSON.decode([String].self, from: Array(#"["a",{}]"#.utf8)) }
        #expect(error?.code == .typeMismatch)
        #expect(error?.description == "[1]: expected a string, found an object (byte 5)")
    }

    @Test("keys of every length match themselves and nothing else, written plainly or with escapes")
    func keys() throws {
        let letters = Array("abcdefghijklmnopqrstuvwxyz")
        for letter in letters.indices {
            for escaped in [false, true] {
                let plain = String(letters[...letter])
                let hex = letters[...letter].map { "\\u00" + String($0.asciiValue ?? 0, radix: 16) }.joined()
                let document = Array(#"{"\#(escaped ? hex : plain)":true}"#.utf8)
                #expect(
                    try JSON.decode(LetterKey.self, from: document).matched
                        == (letter == 25 ? plain : letter == 2 ? "abc" : "other \(plain)")
                )
            }
        }
    }

    @Test("null stands for an absent field and leaves a default alone")
    func nulls() throws {
        let task = try JSON.decode(Task.self, from: Array(#"{"spec":null,"count":null,"ratio":null}"#.utf8))
        #expect(task.spec == nil)
        #expect(task.count == 5)
        #expect(task.ratio == nil)
    }

    @Test("of members that occur twice the last wins, and each is found with its path")
    func duplicates() throws {
        let document = #"{"a":1,"b":{"c":[{"d":1,"d":2,"d":3}],"c":0},"a":2,"\u0061":3,"e":{"a":1}}"#
        #expect(try JSONValue(parsing: document)["a"] == 3)
        #expect(try JSON.duplicateKeys(in: Array(document.utf8)) == ["b.c[0].d", "b.c", "a"])
        #expect(try JSON.duplicateKeys(in: Array(document.utf8), limit: 1) == ["b.c[0].d"])
        #expect(throws: JSONError.self) { try JSON.duplicateKeys(in: Array("{\"a\":1}x".utf8)) }
    }
}

/// A small hand-written type, as the documentation of the reader shows it.
private struct Task: JSONReadable {
    struct Spec: JSONReadable {
        var containers: [Named] = []

        init(from reader: inout JSONReader) throws(JSONError) {
            try reader.beginObject()
            while let key = try reader.nextKey() {
                switch key {
                case "containers": containers = try reader.read()
                default: try reader.skip()
                }
            }
        }
    }

    struct Named: JSONReadable {
        var name = ""

        init(from reader: inout JSONReader) throws(JSONError) {
            try reader.beginObject()
            while let key = try reader.nextKey() {
                switch key {
                case "name": name = try reader.read()
                default: try reader.skip()
                }
            }
        }
    }

    var spec: Spec?
    var count: Int32 = 5
    var ratio: Double?

    init(from reader: inout JSONReader) throws(JSONError) {
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "spec": spec = try reader.readIfPresent()
            case "count": try reader.read(into: &count)
            case "ratio": ratio = try reader.readIfPresent()
            default: try reader.skip()
            }
        }
    }
}

private struct LetterKey: JSONReadable {
    var matched = ""

    init(from reader: inout JSONReader) throws(JSONError) {
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "abc": matched = "abc"
            case "abcdefghijklmnopqrstuvwxyz": matched = "abcdefghijklmnopqrstuvwxyz"
            case "abcdefghijklmnopqrstuvwxyy", "abd", "abcdefgi", "xbcdefgh", "abcdefghijkX": matched = "wrong"
            default: matched = "other " + key.string
            }
            try reader.skip()
        }
    }
}
