// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import Testing

@testable import EmbeddedCluster

@Suite("A merge patch")
struct MergePatchTests {
    @Test(
        "applies as RFC 7386 says",
        arguments: [
            (#"{"a":"c"}"#, #"{"a":"b"}"#, #"{"a":"c"}"#),
            (#"{"b":"c"}"#, #"{"a":"b"}"#, #"{"a":"b","b":"c"}"#),
            (#"{"a":null}"#, #"{"a":"b"}"#, "{}"),
            (#"{"a":null}"#, #"{"a":"b","b":"c"}"#, #"{"b":"c"}"#),
            (#"{"a":"c"}"#, #"{"a":["b"]}"#, #"{"a":"c"}"#),
            (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":["b"]}"#),
            (#"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"c"}}"#, #"{"a":{"b":"d"}}"#),
            (#"{"a":[1]}"#, #"{"a":[{"b":"c"}]}"#, #"{"a":[1]}"#),
            (#"{"a":{"bb":{"ccc":null}}}"#, "{}", #"{"a":{"bb":{}}}"#),
            (#"{"a":{"b":1}}"#, #"{"a":"text"}"#, #"{"a":{"b":1}}"#),
        ]
    )
    func apply(patch: String, before: String, after: String) throws {
        #expect(try MergePatch.apply(JSONValue(parsing: patch), to: JSONValue(parsing: before)) == JSONValue(parsing: after))
    }

    @Test("must be an object")
    func mustBeObject() {
        let list = StatusError.badRequest(
            "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}"
        )
        #expect(throws: list) { try MergePatch.apply([1], to: .object([:])) }
        #expect(throws: StatusError.badRequest("Invalid JSON Patch")) { try MergePatch.apply(nil, to: .object([:])) }
    }

    @Test("made from the difference of two objects turns one into the other")
    func roundTrip() throws {
        for seed in UInt64(0)..<2000 {
            var random = SeededRandom(seed: seed)
            let from = random.object(allowsNull: false)
            let to = random.object(allowsNull: false)
            let patch = Self.difference(from, to)
            #expect(try MergePatch.apply(patch, to: from) == to, "seed \(seed)")
        }
    }

    private static func difference(_ from: JSONValue, _ to: JSONValue) -> JSONValue {
        guard case .object(let old) = from, case .object(let new) = to else { return to }
        var patch = JSONObject()
        for key in old.keys where new[key] == nil { patch[key] = .null }
        for (key, value) in new where old[key] != value { patch[key] = difference(old[key] ?? .null, value) }
        return .object(patch)
    }
}
