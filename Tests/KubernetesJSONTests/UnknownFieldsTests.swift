// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import Testing

@Suite("Unknown fields")
struct UnknownFieldsTests {
    private struct Known: JSONReadable, JSONWritable, Equatable {
        var known = 0
        var unknownFields = UnknownFields()

        init(from reader: inout JSONReader) throws(JSONError) {
            try reader.beginObject()
            while let key = try reader.nextKey() {
                switch key {
                case "known": known = try reader.read()
                default: try unknownFields.read(key, from: &reader)
                }
            }
        }

        func write(to writer: inout JSONWriter) {
            writer.beginObject()
            writer.member("known", known)
            unknownFields.write(to: &writer)
            writer.endObject()
        }
    }

    @Test(
        "unknown members are written back after the known ones",
        arguments: [
            (#"{"known":1}"#, #"{"known":1}"#),
            (#"{"a":[1, {}],"known":1,"b\n\"":null}"#, #"{"known":1,"a":[1, {}],"b\n\"":null}"#),
            (#"{"\u0061":"\u0062"}"#, #"{"known":0,"a":"\u0062"}"#),
        ]
    )
    func roundTrip(document: String, written: String) throws {
        let value = try JSON.decode(Known.self, from: Array(document.utf8))
        #expect(String(decoding: JSON.encode(value), as: UTF8.self) == written)
        #expect(try JSON.decode(Known.self, from: Array(written.utf8)) == value)
    }

    @Test("they compare as JSON and can be looked at")
    func comparison() throws {
        let left = try JSON.decode(Known.self, from: Array(#"{"a": 1, "b":[]}"#.utf8))
        let right = try JSON.decode(Known.self, from: Array(#"{"b":[],"a":1}"#.utf8))
        #expect(left == right)
        #expect(left.unknownFields.members == ["a": 1, "b": []])
        #expect(left.unknownFields.hashValue == right.unknownFields.hashValue)
        let other = try JSON.decode(Known.self, from: Array(#"{"a":2,"b":[]}"#.utf8))
        #expect(left != other)
    }

    @Test("what is kept is checked")
    func checked() {
        #expect(throws: JSONError.self) { try JSON.decode(Known.self, from: Array(#"{"a":[1,]}"#.utf8)) }
    }
}
