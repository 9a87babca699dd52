// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import Testing

@testable import EmbeddedCluster

@Suite("A structural schema")
struct StructuralSchemaTests {
    private func schema(_ text: String) throws -> StructuralSchema { StructuralSchema(try JSONValue(parsing: text)) }

    // MARK: Defaults

    @Test(
        "fills in defaults",
        arguments: [
            (#"{"properties":{"a":{"default":1}}}"#, "{}", #"{"a":1}"#),
            (#"{"properties":{"a":{"default":1}}}"#, #"{"a":2}"#, #"{"a":2}"#),
            (#"{"properties":{"a":{"default":1}}}"#, #"{"a":null}"#, #"{"a":1}"#),
            (#"{"properties":{"a":{"default":1,"nullable":true}}}"#, #"{"a":null}"#, #"{"a":null}"#),
            (#"{"properties":{"a":{"type":"string"}}}"#, #"{"a":null}"#, "{}"),
            (#"{"properties":{"a":{"nullable":true}}}"#, #"{"a":null}"#, #"{"a":null}"#),
            (#"{"properties":{"o":{"properties":{"a":{"default":1}}}}}"#, "{}", "{}"),
            (#"{"properties":{"o":{"properties":{"a":{"default":1}}}}}"#, #"{"o":{}}"#, #"{"o":{"a":1}}"#),
            (#"{"properties":{"o":{"default":{},"properties":{"a":{"default":1}}}}}"#, "{}", #"{"o":{"a":1}}"#),
            (
                #"{"properties":{"l":{"items":{"properties":{"a":{"default":1}}}}}}"#, #"{"l":[{},{"a":2}]}"#,
                #"{"l":[{"a":1},{"a":2}]}"#
            ),
            (#"{"properties":{"l":{"items":{"default":5}}}}"#, #"{"l":[null]}"#, #"{"l":[5]}"#),
            (#"{"properties":{"l":{"items":{"type":"string"}}}}"#, #"{"l":[null]}"#, #"{"l":[null]}"#),
            (#"{"additionalProperties":{"properties":{"a":{"default":1}}}}"#, #"{"x":{}}"#, #"{"x":{"a":1}}"#),
            (#"{"x-kubernetes-preserve-unknown-fields":true}"#, #"{"x":null}"#, #"{"x":null}"#),
        ]
    )
    func defaults(schema: String, before: String, after: String) throws {
        var value = try JSONValue(parsing: before)
        try self.schema(schema).applyDefaults(to: &value)
        #expect(value == (try JSONValue(parsing: after)))
    }

    // MARK: Pruning

    @Test(
        "prunes what it does not name and says what",
        arguments: [
            (#"{"properties":{"a":{"type":"integer"}}}"#, #"{"a":1,"b":2}"#, #"{"a":1}"#, ["b"]),
            (
                #"{"properties":{}}"#, #"{"apiVersion":"v1","kind":"K","metadata":{"x":1}}"#,
                #"{"apiVersion":"v1","kind":"K","metadata":{"x":1}}"#, []
            ),
            (#"{"properties":{"o":{"properties":{"a":{}}}}}"#, #"{"o":{"kind":1,"a":2}}"#, #"{"o":{"a":2}}"#, ["o.kind"]),
            (
                #"{"properties":{"l":{"items":{"properties":{"a":{}}}}}}"#, #"{"l":[{"z":1},{"a":1,"y":1}]}"#,
                #"{"l":[{},{"a":1}]}"#, ["l[0].z", "l[1].y"]
            ),
            (
                #"{"properties":{"m":{"additionalProperties":{"properties":{"a":{}}}}}}"#, #"{"m":{"k":{"b":1}}}"#,
                #"{"m":{"k":{}}}"#, ["m.k.b"]
            ),
            (#"{"properties":{"m":{"additionalProperties":{"type":"string"}}}}"#, #"{"m":{"k":"v"}}"#, #"{"m":{"k":"v"}}"#, []),
            (
                #"{"properties":{"f":{"x-kubernetes-preserve-unknown-fields":true,"properties":{"o":{"properties":{"a":{}}}}}}}"#,
                #"{"f":{"x":{"y":1},"o":{"b":1}}}"#, #"{"f":{"x":{"y":1},"o":{}}}"#, ["f.o.b"]
            ),
            (
                #"{"properties":{"e":{"x-kubernetes-embedded-resource":true,"properties":{"spec":{}}}}}"#,
                #"{"e":{"apiVersion":"v1","kind":"K","metadata":{"name":"n"},"spec":{},"x":1}}"#,
                #"{"e":{"apiVersion":"v1","kind":"K","metadata":{"name":"n"},"spec":{}}}"#, ["e.x"]
            ),
        ] as [(String, String, String, [String])]
    )
    func prune(schema: String, before: String, after: String, unknown: [String]) throws {
        var value = try JSONValue(parsing: before)
        let found = try self.schema(schema).prune(&value)
        #expect(value == (try JSONValue(parsing: after)))
        #expect(found == unknown)
    }

    @Test("defaults and prunes to the same object twice")
    func idempotence() throws {
        for seed in UInt64(0)..<1000 {
            var random = SeededRandom(seed: seed)
            let schema = StructuralSchema(random.schema(depth: 3))
            var once = random.object()
            schema.prune(&once)
            var twice = once
            #expect(schema.prune(&twice) == [], "seed \(seed)")
            #expect(twice == once, "seed \(seed)")
            schema.applyDefaults(to: &once)
            twice = once
            schema.applyDefaults(to: &twice)
            #expect(twice == once, "seed \(seed)")
        }
    }

    // MARK: Validation

    @Test(
        "refuses values in a real server's words",
        arguments: [
            (
                #"{"properties":{"a":{"type":"integer"}}}"#, #"{"a":"x"}"#,
                [#"a: Invalid value: "string": a in body must be of type integer: "string""#]
            ),
            (#"{"properties":{"a":{"type":"number"}}}"#, #"{"a":1}"#, []),
            (#"{"properties":{"a":{"type":"integer"}}}"#, #"{"a":1.0}"#, []),
            (
                #"{"properties":{"a":{"type":"integer"}}}"#, #"{"a":1.5}"#,
                [
                    #"a: Invalid value: "number": a in body must be of type integer: "number""#,
                    #"<nil>: Invalid value: "": Checked value must be of type integer (default format) in a"#,
                ]
            ),
            (#"{"required":["a"]}"#, "{}", ["a: Required value"]),
            (
                #"{"properties":{"a":{"minProperties":1}}}"#, #"{"a":{}}"#,
                [#"a: Invalid value: 0: a in body should have at least 1 properties"#]
            ),
            (
                #"{"properties":{"a":{"minItems":1}}}"#, #"{"a":[]}"#,
                [#"a: Invalid value: 0: a in body should have at least 1 items"#]
            ),
            (#"{"properties":{"a":{"maxItems":1}}}"#, #"{"a":[1,2]}"#, [#"a: Too many: 2: must have at most 1 item"#]),
            (#"{"properties":{"a":{"maxLength":2}}}"#, #"{"a":"éé"}"#, []),
            (#"{"properties":{"a":{"maxLength":1}}}"#, #"{"a":"éé"}"#, [#"a: Too long: may not be more than 1 bytes"#]),
            (
                #"{"additionalProperties":{"maxLength":1,"maxItems":1}}"#, #"{"a":"xx","b":[1,2]}"#,
                ["a: Too long: may not be more than 1 bytes", "b: Too many: 2: must have at most 1 item"]
            ),
            (
                #"{"properties":{"a":{"maximum":1.5,"exclusiveMaximum":true}}}"#, #"{"a":1.5}"#,
                [#"a: Invalid value: 1.5: a in body should be less than 1.5"#]
            ),
            (
                #"{"properties":{"a":{"multipleOf":3}}}"#, #"{"a":4}"#,
                [#"a: Invalid value: 4: a in body should be a multiple of 3"#]
            ),
            (#"{"properties":{"a":{"enum":[1,"b"]}}}"#, #"{"a":2}"#, [#"a: Unsupported value: 2: supported values: "1", "b""#]),
            (#"{"properties":{"a":{"x-kubernetes-int-or-string":true}}}"#, #"{"a":"50%"}"#, []),
            (
                #"{"properties":{"a":{"anyOf":[{"minimum":5},{"maximum":1}]}}}"#, #"{"a":3}"#,
                [
                    #"<nil>: Invalid value: "": "a" must validate at least one schema (anyOf)"#,
                    #"a: Invalid value: 3: a in body should be greater than or equal to 5"#,
                ]
            ),
            (
                #"{"properties":{"a":{"allOf":[{"minimum":5},{"maximum":9}]}}}"#, #"{"a":3}"#,
                [
                    #"a: Invalid value: 3: a in body should be greater than or equal to 5"#,
                    #"<nil>: Invalid value: "": "a" must validate all the schemas (allOf)"#,
                ]
            ),
            (
                #"{"additionalProperties":{"type":"string"}}"#, #"{"a":1}"#,
                [#"a: Invalid value: "integer": .a in body must be of type string: "integer""#]
            ),
        ] as [(String, String, [String])]
    )
    func validate(schema: String, value: String, messages: [String]) throws {
        let errors = try self.schema(schema).validate(JSONValue(parsing: value))
        #expect(errors.map(\.message) == messages)
    }

    @Test("leaves values alone that an update does not change")
    func ratcheting() throws {
        let schema = try schema(
            #"""
            {"properties":{"n":{"minimum":5},"o":{"properties":{"n":{"minimum":5},"m":{}}},
              "l":{"x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k"],"items":{"properties":{"k":{},"n":{"minimum":5}}}},
              "plain":{"items":{"minimum":5}}}}
            """#
        )
        let old = try JSONValue(parsing: #"{"n":1,"o":{"n":1,"m":0},"l":[{"k":"a","n":1}],"plain":[1]}"#)
        func messages(_ text: String) throws -> [String] { schema.validate(try JSONValue(parsing: text), old: old).map(\.field) }
        #expect(try messages(#"{"n":1,"o":{"n":1,"m":9},"l":[{"k":"b"},{"k":"a","n":1,"x":2}],"plain":[1]}"#) == [])
        #expect(try messages(#"{"n":2}"#) == ["n"])
        #expect(try messages(#"{"l":[{"k":"a","n":2}]}"#) == ["l[0].n"])
        #expect(try messages(#"{"plain":[1,6]}"#) == ["plain[0]"], "elements of plain lists have no history")
    }

    @Test("finds elements that occur twice")
    func duplicates() throws {
        let schema = try schema(
            #"""
            {"properties":{"s":{"x-kubernetes-list-type":"set","items":{}},
              "l":{"x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name","protocol"],
                   "items":{"properties":{"name":{},"protocol":{"default":"TCP"}}}},
              "m":{"additionalProperties":{"x-kubernetes-list-type":"set","items":{}}}}}
            """#
        )
        let value = try JSONValue(
            parsing:
                #"{"s":[1,2,1,1],"l":[{"name":"a"},{"name":"a","protocol":"UDP"},{"protocol":"TCP","name":"a"}],"m":{"k":["x","x"]}}"#
        )
        #expect(
            schema.duplicateListElements(in: value).map(\.message) == [
                "s[2]: Duplicate value: 1", #"l[2]: Duplicate value: {"name":"a","protocol":"TCP"}"#,
                #"m[k][1]: Duplicate value: "x""#,
            ]
        )
    }
}

extension SeededRandom {
    /// A schema whose properties have the names that random objects have.
    fileprivate mutating func schema(depth: Int) -> JSONValue {
        var schema = JSONObject()
        if below(4) == 0 { schema["default"] = json(depth: 1, allowsNull: false) }
        if below(4) == 0 { schema["nullable"] = true }
        if below(6) == 0 { schema["x-kubernetes-preserve-unknown-fields"] = true }
        guard depth > 0 else { return .object(schema) }
        switch below(4) {
        case 0: schema["items"] = self.schema(depth: depth - 1)
        case 1: schema["additionalProperties"] = self.schema(depth: depth - 1)
        default:
            var properties = JSONObject()
            for name in ["a", "b", "c", "d", "items"] where below(2) == 0 { properties[name] = self.schema(depth: depth - 1) }
            schema["properties"] = .object(properties)
        }
        return .object(schema)
    }
}
