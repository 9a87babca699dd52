// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import Testing

@Suite("Values")
struct ValueTests {
    @Test(
        "members keep their order; setting replaces in place, removing closes the gap, with and without an index",
        arguments: [3, 40]
    )
    func order(count: Int) {
        var object = JSONObject((0..<count).map { ("k\($0)", .int($0)) })
        object["k1"] = "changed"
        object["k0"] = nil
        object["new"] = true
        #expect(object.count == count)
        #expect(object.keys == (1..<count).map { "k\($0)" } + ["new"])
        #expect(object["k1"] == "changed")
        #expect(object["k0"] == nil)
        #expect(object["k2"] == 2)
        #expect(object.removeValue(forKey: "k2") == 2)
        #expect(object.removeValue(forKey: "k2") == nil)
        #expect(object["new"] == true)
    }

    @Test("equality and hash ignore the order of members")
    func equality() {
        let left: JSONValue = ["a": 1, "b": ["c": [1, 2]]]
        let right: JSONValue = ["b": ["c": [1, 2]], "a": 1]
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
        #expect(left != ["a": 1, "b": ["c": [2, 1]]])
        #expect(left != ["a": 1])
    }

    @Test("a nested member is changed in place, and anything else becomes an object")
    func nested() {
        var value: JSONValue = ["spec": ["replicas": 1]]
        value["spec"]?["replicas"] = 2
        value["status"] = ["ready": true]
        #expect(value == ["spec": ["replicas": 2], "status": ["ready": true]])
        var text: JSONValue = "text"
        text["a"] = 1
        #expect(text == ["a": 1])
    }

    @Test("a value turns into a type and back")
    func coding() throws {
        let value: JSONValue = ["b": [1, 2], "a": [3]]
        let decoded = try value.decoded(as: [String: [Int]].self)
        #expect(decoded == ["a": [3], "b": [1, 2]])
        #expect(JSONValue(encoding: decoded) == value)
        #expect(JSONValue(encoding: decoded).text == #"{"a":[3],"b":[1,2]}"#)
    }

    @Test("raw JSON compares as JSON, not as text")
    func raw() throws {
        let left = try JSON.decode(RawJSON.self, from: Array(#" {"a": 1, "b": [ 2 ]} "#.utf8))
        let right = RawJSON(["b": [2], "a": 1])
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
        #expect(left != RawJSON())
        #expect(JSON.encode([left]) == Array(#"[{"a": 1, "b": [ 2 ]}]"#.utf8))
    }
}
