// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import Testing

@testable import EmbeddedCluster

@Suite("A strategic merge patch")
struct StrategicMergePatchTests {
    /// A little of a Pod: containers by name with env by name, finalizers as a set, args as a whole, volumes that retain keys.
    private struct Schema: StrategicMergeSchema {
        let fields: [String: StrategicMergeField]
        func field(_ name: String) -> StrategicMergeField? { fields[name] }

        static let container = Schema(fields: [
            "env": StrategicMergeField(strategies: ["merge"], mergeKey: "name"),
            "ports": StrategicMergeField(strategies: ["merge"], mergeKey: "containerPort"),
        ])
        static let pod = Schema(fields: [
            "containers": StrategicMergeField(strategies: ["merge"], mergeKey: "name", schema: container),
            "finalizers": StrategicMergeField(strategies: ["merge"]),
            "volumes": StrategicMergeField(strategies: ["merge", "retainKeys"], mergeKey: "name"),
            "strategy": StrategicMergeField(strategies: ["retainKeys"]),
            "whole": StrategicMergeField(strategies: ["replace"]),
        ])
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let patch: String
        let before: String
        let after: String
        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(name: "merges maps", patch: #"{"m":{"b":2}}"#, before: #"{"m":{"a":1}}"#, after: #"{"m":{"a":1,"b":2}}"#),
        Case(name: "removes by null", patch: #"{"m":{"a":null}}"#, before: #"{"m":{"a":1,"b":2}}"#, after: #"{"m":{"b":2}}"#),
        Case(
            name: "merges lists of objects by their key",
            patch: #"{"containers":[{"name":"b","image":"new"}]}"#,
            before: #"{"containers":[{"name":"a","image":"1"},{"name":"b","image":"2","tty":true}]}"#,
            after: #"{"containers":[{"name":"a","image":"1"},{"name":"b","image":"new","tty":true}]}"#
        ),
        Case(
            name: "merges nested lists",
            patch: #"{"containers":[{"name":"a","env":[{"name":"X","value":"2"},{"name":"Z","value":"3"}]}]}"#,
            before: #"{"containers":[{"name":"a","env":[{"name":"X","value":"1"},{"name":"Y","value":"1"}]}]}"#,
            after:
                #"{"containers":[{"name":"a","env":[{"name":"X","value":"2"},{"name":"Z","value":"3"},{"name":"Y","value":"1"}]}]}"#
        ),
        Case(
            name: "adds new elements",
            patch: #"{"containers":[{"name":"c"}]}"#,
            before: #"{"containers":[{"name":"a"}]}"#,
            after: #"{"containers":[{"name":"c"},{"name":"a"}]}"#
        ),
        Case(
            name: "deletes elements by key",
            patch: #"{"containers":[{"name":"a","$patch":"delete"}]}"#,
            before: #"{"containers":[{"name":"a"},{"name":"b"}]}"#,
            after: #"{"containers":[{"name":"b"}]}"#
        ),
        Case(
            name: "replaces a list when told to",
            patch: #"{"containers":[{"name":"z"},{"$patch":"replace"}]}"#,
            before: #"{"containers":[{"name":"a"},{"name":"b"}]}"#,
            after: #"{"containers":[{"name":"z"}]}"#
        ),
        Case(
            name: "replaces a map when told to",
            patch: #"{"m":{"$patch":"replace","only":"me"}}"#,
            before: #"{"m":{"a":1}}"#,
            after: #"{"m":{"only":"me"}}"#
        ),
        Case(
            name: "empties a map when told to",
            patch: #"{"m":{"$patch":"delete"}}"#,
            before: #"{"m":{"a":1}}"#,
            after: #"{"m":{}}"#
        ),
        Case(name: "replaces plain lists", patch: #"{"args":["x"]}"#, before: #"{"args":["a","b"]}"#, after: #"{"args":["x"]}"#),
        Case(
            name: "puts new scalars of a set first",
            patch: #"{"finalizers":["b"]}"#,
            before: #"{"finalizers":["a"]}"#,
            after: #"{"finalizers":["b","a"]}"#
        ),
        Case(
            name: "keeps scalars of a set once",
            patch: #"{"finalizers":["a"]}"#,
            before: #"{"finalizers":["a","b"]}"#,
            after: #"{"finalizers":["a","b"]}"#
        ),
        Case(
            name: "deletes scalars from a set",
            patch: #"{"$deleteFromPrimitiveList/finalizers":["a"]}"#,
            before: #"{"finalizers":["a","b"]}"#,
            after: #"{"finalizers":["b"]}"#
        ),
        Case(
            name: "orders elements as asked",
            patch: #"{"$setElementOrder/containers":[{"name":"b"},{"name":"a"}],"containers":[{"name":"a","x":1}]}"#,
            before: #"{"containers":[{"name":"a"},{"name":"b"}]}"#,
            after: #"{"containers":[{"name":"b"},{"name":"a","x":1}]}"#
        ),
        Case(
            name: "keeps elements that the order does not name between their old neighbours",
            patch: #"{"$setElementOrder/containers":[{"name":"a"},{"name":"c"}],"containers":[{"name":"c","x":1}]}"#,
            before: #"{"containers":[{"name":"a"},{"name":"s"},{"name":"c"}]}"#,
            after: #"{"containers":[{"name":"a"},{"name":"s"},{"name":"c","x":1}]}"#
        ),
        Case(
            name: "orders scalars as asked",
            patch: #"{"$setElementOrder/finalizers":["c","a"],"finalizers":["c"]}"#,
            before: #"{"finalizers":["a","b"]}"#,
            after: #"{"finalizers":["c","a","b"]}"#
        ),
        Case(
            name: "forgets members that are not retained",
            patch: #"{"strategy":{"$retainKeys":["type"],"type":"Recreate"}}"#,
            before: #"{"strategy":{"type":"RollingUpdate","rollingUpdate":{"x":1}}}"#,
            after: #"{"strategy":{"type":"Recreate"}}"#
        ),
        Case(
            name: "forgets them in elements of lists too",
            patch: #"{"volumes":[{"name":"v","$retainKeys":["name","emptyDir"],"emptyDir":{}}]}"#,
            before: #"{"volumes":[{"name":"v","hostPath":{"path":"/"}}]}"#,
            after: #"{"volumes":[{"name":"v","emptyDir":{}}]}"#
        ),
        Case(
            name: "replaces maps of that strategy",
            patch: #"{"whole":{"b":1}}"#,
            before: #"{"whole":{"a":1}}"#,
            after: #"{"whole":{"b":1}}"#
        ),
        Case(name: "drops nulls of what it adds", patch: #"{"new":{"a":null,"b":1}}"#, before: "{}", after: #"{"new":{"b":1}}"#),
    ]

    @Test("applies as kube-apiserver applies it", arguments: cases)
    func apply(_ test: Case) throws {
        let result = try StrategicMergePatch.apply(
            JSONValue(parsing: test.patch),
            to: JSONValue(parsing: test.before),
            schema: Schema.pod
        )
        #expect(result == (try JSONValue(parsing: test.after)))
    }

    @Test(
        "that makes no sense is refused with a real server's words",
        arguments: [
            (#"{"containers":[{"image":"x"}]}"#, 500, "map: map[image:x] does not contain declared merge key: name"),
            (#"{"m":{"$patch":"explode"}}"#, 500, "unknown patch type: explode in map: map[$patch:explode]"),
            (#"{"containers":[{"name":"a","$patch":"merge"}]}"#, 500, "merging lists cannot yet be specified in the patch"),
            (#"{"$deleteFromPrimitiveList/finalizers":"a"}"#, 400, "invalid patch format of primitive list"),
            (#"{"$setElementOrder/finalizers":"a"}"#, 400, "invalid patch format of setElementOrder list"),
            (#"{"strategy":{"$retainKeys":["a"],"b":1}}"#, 400, "invalid patch format of retainKeys"),
            ("[1]", 400, "json: cannot unmarshal array into Go value of type map[string]interface {}"),
        ]
    )
    func refuse(patch: String, code: Int, message: String) throws {
        let before: JSONValue = [
            "m": ["a": 1], "containers": [["name": "a"]], "finalizers": ["a"], "strategy": ["b": 0],
        ]
        let document = try JSONValue(parsing: patch)
        #expect {
            try StrategicMergePatch.apply(document, to: before, schema: Schema.pod)
        } throws: { error in
            let error = error as? StatusError
            return error?.code == code && error?.message == message
        }
    }

    @Test("without directives and lists is a merge patch")
    func isMergePatch() throws {
        for seed in UInt64(0)..<500 {
            var random = SeededRandom(seed: seed)
            let before = random.object(allowsNull: false)
            let patch = random.object()
            let strategic = try StrategicMergePatch.apply(patch, to: before, schema: Schema(fields: [:]))
            #expect(Self.withoutNulls(strategic) == Self.withoutNulls(try MergePatch.apply(patch, to: before)), "seed \(seed)")
        }
    }

    private static func withoutNulls(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let object): .object(JSONObject(object.filter { !$0.value.isNull }.map { ($0.key, withoutNulls($0.value)) }))
        case .array(let elements): .array(elements.map(withoutNulls))
        default: value
        }
    }
}
