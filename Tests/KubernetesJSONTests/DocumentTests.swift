// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import Testing

@Suite("Documents")
struct DocumentTests {
    @Test(
        "a valid document is read, written compactly and read again as the same value",
        arguments: [
            ("null", "null"), ("true", "true"), ("false", "false"), ("0", "0"), ("-0", "-0"), ("  12\n", "12"),
            ("\t-1.5e+10\r", "-1.5e+10"),
            ("1E400", "1E400"), ("0.1", "0.1"), ("1e-7", "1e-7"),
            ("123456789012345678901234567890", "123456789012345678901234567890"),
            ("[]", "[]"), ("[ ]", "[]"), ("{}", "{}"), ("{ }", "{}"), ("[1 , 2]", "[1,2]"), ("[[],[[]]]", "[[],[[]]]"),
            (#"{"a":{"b":[{}]}}"#, #"{"a":{"b":[{}]}}"#), (#"{"":""}"#, #"{"":""}"#), (#"{"a":1,"a":2}"#, #"{"a":2}"#),
            (#""\"\\\/\b\f\n\r\t""#, #""\"\\/\b\f\n\r\t""#), (#""\u0041\u00e9\u20AC""#, #""Aé€""#), (#""\ud83d\ude00""#, #""😀""#),
            (#""\u0000\u001f""#, #""\u0000\u001f""#), ("\"\u{7F}\u{2028}\"", "\"\u{7F}\u{2028}\""), (#""𝄞 ä""#, #""𝄞 ä""#),
            (#""\uFFFF""#, "\"\u{FFFF}\""), ("\"\u{10FFFF}\"", "\"\u{10FFFF}\""), (#"{"\u006e":1}"#, #"{"n":1}"#),
        ]
    )
    func valid(document: String, compact: String) throws {
        let value = try JSONValue(parsing: document)
        #expect(value.text == compact)
        #expect(try JSONValue(parsing: value.text) == value)
    }

    @Test(
        "text that is not JSON is refused, at the byte where it stops being JSON",
        arguments: [
            ("", 0), (" ", 1), ("nul", 0), ("nulL", 0), ("truefalse", 4), ("True", 0), ("NaN", 0), ("Infinity", 0), ("'a'", 0),
            ("// c\n1", 0),
            ("1 2", 2), ("01", 1), ("-01", 2), ("-", 1), ("+1", 0), (".5", 0), ("1.", 2), ("1.e1", 2), ("1e", 2), ("1e+", 3),
            ("0x10", 1),
            ("1_000", 1), ("--1", 1), ("[", 1), ("[1", 2), ("[1,", 3), ("[1,]", 3), ("[,1]", 1), ("[1 2]", 3), ("]", 0),
            ("[1}", 2),
            ("{", 1), ("{,}", 1), (#"{"a"}"#, 4), (#"{"a":}"#, 5), (#"{"a":1"#, 6), (#"{"a":1,}"#, 7), (#"{"a" 1}"#, 5),
            (#"{a:1}"#, 1),
            (#"{1:1}"#, 1), (#"{"a":1 "b":2}"#, 7), (#"{"a":1]"#, 6), (#"{"a"::1}"#, 5), ("\"", 1), (#""abc"#, 4), (#""\"#, 1),
            ("\"a\nb\"", 2), ("\"a\u{0}b\"", 2), ("\"\u{1F}\"", 1), (#""\x""#, 1), (#""\u12""#, 1), (#""\u12g4""#, 1),
            (#""\U0041""#, 1),
            ("\u{FEFF}1", 0), ("1\u{0}", 1), ("\u{A0}1", 0), ("[\u{B}1]", 1), ("\u{0}", 0),
        ]
    )
    func syntax(document: String, offset: Int) {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: document) }
        #expect(error?.code == .syntax)
        #expect(error?.offset == offset)
    }

    @Test(
        "half of a surrogate pair is refused",
        arguments: [
            #""\ud800""#, #""\udc00""#, #""\ud800\ud800""#, #""\ud800x""#, #""\ud83d\u0041""#, #""\udfff\ud800""#,
            #"{"\ud800":1}"#,
        ]
    )
    func surrogates(document: String) {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: document) }
        #expect(error?.code == .encoding)
    }

    @Test(
        "bytes that are not UTF-8 are refused, also where they are skipped",
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xE0, 0x9F, 0xBF], [0xE1, 0x80],
            [0xED, 0xA0, 0x80],
            [0xED, 0xBF, 0xBF], [0xEF, 0xBF], [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80],
            [0xFE], [0xFF],
            [0xF0, 0x9F, 0x98],
        ] as [[UInt8]]
    )
    func encoding(bytes: [UInt8]) {
        let document = Array("{\"a\":\"12345678".utf8) + bytes + Array("12345678\"}".utf8)
        let read = #expect(throws: JSONError.self) { try JSONValue(parsing: document) }
        #expect(read?.code == .encoding)
        #expect(read?.offset == 14)
        #expect(read?.path == "a")
        let skipped = #expect(throws: JSONError.self) { try JSON.decode(Skipped.self, from: document) }
        #expect(skipped == read)
    }

    @Test("nesting is allowed up to the limit and no further")
    func depth() throws {
        let limit = JSONReader.defaultDepthLimit
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        _ = try JSONValue(parsing: nested(limit))
        _ = try JSON.decode(Skipped.self, from: nested(limit))
        for decode in [{ try JSONValue(parsing: $0) }, { try JSON.decode(Skipped.self, from: $0) }] as [([UInt8]) throws -> Any] {
            let error = #expect(throws: JSONError.self) { try decode(nested(limit + 1)) }
            #expect(error?.code == .tooDeep)
            #expect(error?.offset == limit)
        }
        let siblings = Array("[[],[],[]]".utf8)
        try siblings.withUnsafeBytes { buffer in
            var reader = JSONReader(buffer, depthLimit: 2)
            try reader.skip()
            try reader.finish()
        }
    }
}

/// Reads nothing, checks everything.
struct Skipped: JSONReadable {
    init(from reader: inout JSONReader) throws(JSONError) { try reader.skip() }
}
