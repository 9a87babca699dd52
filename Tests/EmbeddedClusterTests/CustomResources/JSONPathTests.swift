// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import Testing

@testable import EmbeddedCluster

@Suite("The path of a printer column")
struct JSONPathTests {
    private static let object: JSONValue = [
        "spec": ["a.b": "dotted", "n": 5, "list": [1, 2, 3], "nested": ["name": "inner"]],
        "status": [
            "conditions": [
                ["type": "Ready", "status": "False", "age": 3], ["type": "Finished", "status": "True", "age": 7],
            ]
        ],
    ]

    @Test(
        "finds values",
        arguments: [
            (".spec.n", "[5]"),
            (".spec.missing", "[]"),
            (".spec.n.deeper", "[]"),
            (#".spec.a\.b"#, #"["dotted"]"#),
            (".spec['a.b']", #"["dotted"]"#),
            (".spec.list[0]", "[1]"),
            (".spec.list[-1]", "[3]"),
            (".spec.list[9]", "[]"),
            (".spec.list[1:]", "[2,3]"),
            (".spec.list[*]", "[1,2,3]"),
            (".status.conditions[*].type", #"["Ready","Finished"]"#),
            (#".status.conditions[?(@.type=="Finished")].status"#, #"["True"]"#),
            (#".status.conditions[?(@.type == 'Ready')].age"#, "[3]"),
            (#".status.conditions[?(@.age > 3)].type"#, #"["Finished"]"#),
            (#".status.conditions[?(@.type!="Ready")].age"#, "[7]"),
            (#".status.conditions[?(@.missing)].type"#, "[]"),
            ("..name", #"["inner"]"#),
        ]
    )
    func values(path: String, expected: String) throws {
        let path = try #require(JSONPath(path))
        #expect(.array(path.values(in: Self.object)) == (try JSONValue(parsing: expected)))
    }

    @Test("that cannot be read finds nothing and harms nobody", arguments: [".a[", "a b[", ".a[?(@.x", ".a[x]"])
    func unreadable(path: String) { #expect(JSONPath(path) == nil) }
}
