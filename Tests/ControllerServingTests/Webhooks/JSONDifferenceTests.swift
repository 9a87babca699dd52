// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import EmbeddedCluster
import KubernetesClient
import KubernetesJSON
import Testing

@testable import ControllerServing

@Suite("The patch between two states of an object")
struct JSONDifferenceTests {
    static func patch(_ before: JSONValue, _ after: JSONValue, on original: JSONValue? = nil) -> JSONValue {
        .array(JSONDifference.operations(from: before, to: after, on: original ?? before).map(\.document))
    }

    @Test(
        "names what differs and nothing else",
        arguments: [
            (["a": 1], ["a": 1], []),
            (["a": 1], ["a": 2], [["op": "replace", "path": "/a", "value": 2]]),
            (["a": 1], [:], [["op": "remove", "path": "/a"]]),
            ([:], ["a/b~": 1], [["op": "add", "path": "/a~1b~0", "value": 1]]),
            (
                ["a": ["b": [1, 2]]], ["a": ["b": [1, 3, 4]]],
                [
                    ["op": "replace", "path": "/a/b/1", "value": 3], ["op": "add", "path": "/a/b/-", "value": 4],
                ]
            ),
            ([1, 2, 3], [1], [["op": "remove", "path": "/2"], ["op": "remove", "path": "/1"]]),
            ([1], ["a": 1], [["op": "replace", "path": "", "value": ["a": 1]]]),
        ] as [(JSONValue, JSONValue, JSONValue)]
    )
    func table(before: JSONValue, after: JSONValue, expected: JSONValue) { #expect(Self.patch(before, after) == expected) }

    @Test("what the type writes but the original does not have is added whole")
    func incomplete() {
        #expect(
            Self.patch(["spec": ["x": 0]], ["spec": ["x": 0, "y": 1]], on: [:]) == [
                ["op": "add", "path": "/spec", "value": ["x": 0, "y": 1]]
            ]
        )
        #expect(Self.patch(["a": 1, "b": 1], ["a": 1], on: ["a": .null]) == [])
        #expect(Self.patch(["l": [1]], ["l": [2]], on: ["l": .null]) == [["op": "replace", "path": "/l", "value": [2]]])
    }

    static func random(_ random: inout SeededGenerator, depth: Int = 0) -> JSONValue {
        switch random.next() % (depth > 3 ? 3 : 6) {
        case 0: return .int(Int64(random.next() % 3))
        case 1: return .string(["a", "b/c", "~"][Int(random.next() % 3)])
        case 2: return random.next() % 2 == 0 ? .null : .bool(random.next() % 2 == 0)
        case 3: return .array((0..<Int(random.next() % 4)).map { _ in Self.random(&random, depth: depth + 1) })
        default:
            var object = JSONObject()
            for key in ["a", "b/c", "~0", ""] where random.next() % 2 == 0 {
                object[key] = Self.random(&random, depth: depth + 1)
            }
            return .object(object)
        }
    }

    @Test("applied by the API server, turns the one into the other", arguments: 0..<20 as Range<UInt64>)
    func property(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let (before, after): (JSONValue, JSONValue) = (["r": Self.random(&random)], ["r": Self.random(&random)])
            let patched = try JSONPatch.apply(Self.patch(before, after), to: before)
            #expect(patched == after, "seed \(seed): \(before) to \(after)")
        }
    }
}
