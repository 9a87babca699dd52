// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta
import Testing

@testable import EmbeddedCluster

@Suite("The strategy of a custom resource")
struct CustomResourceStrategyTests {
    private static let version: JSONValue = [
        "name": "v1",
        "schema": [
            "openAPIV3Schema": [
                "type": "object",
                "properties": [
                    "spec": [
                        "type": "object",
                        "properties": [
                            "color": ["type": "string"], "replicas": ["type": "integer"], "on": ["type": "boolean"],
                            "free": ["x-kubernetes-preserve-unknown-fields": true],
                        ],
                    ],
                    "status": ["type": "object", "properties": ["phase": ["type": "string", "enum": ["Up"]]]],
                ],
            ]
        ],
        "subresources": [
            "status": [:], "scale": ["specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"],
        ],
        "selectableFields": [["jsonPath": ".spec.color"], ["jsonPath": ".spec.replicas"], ["jsonPath": ".spec.on"]],
        "additionalPrinterColumns": [
            ["name": "Color", "type": "string", "jsonPath": ".spec.color"],
            ["name": "Replicas", "type": "integer", "jsonPath": ".spec.replicas", "priority": 1],
            ["name": "On", "type": "boolean", "jsonPath": ".spec.on"],
            ["name": "Made", "type": "date", "jsonPath": ".metadata.creationTimestamp"],
            ["name": "Wrong", "type": "integer", "jsonPath": ".spec.color"],
        ],
    ]

    private static func strategy(_ change: (inout JSONValue) -> Void = { _ in }, isTerminating: Bool = false)
        -> CustomResourceStrategy
    {
        var version = version
        change(&version)
        return CustomResourceStrategy(
            group: "example.com",
            plural: "fleets",
            kind: "Fleet",
            version: version,
            isTerminating: isTerminating
        )
    }

    private static func fleet(_ spec: JSONValue, status: JSONValue? = nil, generation: Int64 = 1, labels: JSONValue? = nil)
        -> JSONValue
    {
        var object: JSONValue = [
            "apiVersion": "example.com/v1", "kind": "Fleet", "metadata": ["name": "f", "generation": .int(generation)],
            "spec": spec,
        ]
        object["status"] = status
        object["metadata"]?["labels"] = labels
        return object
    }

    // MARK: Status and generation

    @Test("starts at generation 1 and without the status that the client sent")
    func create() {
        var object = Self.fleet(["color": "red"], status: ["phase": "Up"], generation: 9)
        Self.strategy().prepareForCreate(&object, context: .test())
        #expect(object == Self.fleet(["color": "red"]))
    }

    @Test("keeps the status on the main path, and counts a generation for the spec only")
    func updateSpec() {
        let old = Self.fleet(["color": "red"], status: ["phase": "Up"])
        var changed = Self.fleet(["color": "blue"], status: ["phase": "Down"])
        Self.strategy().prepareForUpdate(&changed, old: old, context: .test(.update))
        #expect(changed == Self.fleet(["color": "blue"], status: ["phase": "Up"], generation: 2))
        var labelled = Self.fleet(["color": "red"], labels: ["a": "b"])
        Self.strategy().prepareForUpdate(&labelled, old: old, context: .test(.update))
        #expect(labelled == Self.fleet(["color": "red"], status: ["phase": "Up"], labels: ["a": "b"]))
    }

    @Test("takes nothing but the status on the status path")
    func updateStatus() {
        let old = Self.fleet(["color": "red"], status: ["phase": "Up"])
        var object = Self.fleet(["color": "blue"], status: ["phase": "Down"], labels: ["a": "b"])
        Self.strategy().prepareForUpdate(&object, old: old, context: .test(.update, subresource: "status"))
        #expect(object == Self.fleet(["color": "red"], status: ["phase": "Down"]))
        var without = Self.fleet(["color": "red"])
        Self.strategy().prepareForUpdate(&without, old: old, context: .test(.update, subresource: "status"))
        #expect(without == Self.fleet(["color": "red"]))
    }

    @Test("counts a generation for the status too when it is no subresource")
    func withoutStatusSubresource() {
        let strategy = Self.strategy { $0["subresources"] = nil }
        let old = Self.fleet(["color": "red"], status: ["phase": "Up"])
        var object = Self.fleet(["color": "red"])
        strategy.prepareForUpdate(&object, old: old, context: .test(.update))
        #expect(object == Self.fleet(["color": "red"], generation: 2))
    }

    // MARK: Decoding

    @Test("refuses or reports unknown and duplicate fields as the request asks")
    func fieldValidation() throws {
        let body: JSONValue = [
            "metadata": ["name": "f", "nickname": "x"], "spec": ["colour": "red", "free": ["any": ["thing": 1]]], "other": 1,
        ]
        let problems = [
            #"duplicate field "spec.color""#, #"unknown field "metadata.nickname""#, #"unknown field "other""#,
            #"unknown field "spec.colour""#,
        ]
        let strategy = Self.strategy()
        let warned = try strategy.decode(body, duplicates: ["spec.color"], context: .test(fieldValidation: .warn))
        #expect(warned.warnings == problems)
        #expect(warned.object == ["metadata": ["name": "f"], "spec": ["free": ["any": ["thing": 1]]]])
        #expect(try strategy.decode(body, duplicates: ["spec.color"], context: .test(fieldValidation: .ignore)).warnings == [])
        let refusal =
            #"Fleet in version "v1" cannot be handled as a Fleet: strict decoding error: "# + problems.joined(separator: ", ")
        #expect(throws: StatusError.badRequest(refusal)) {
            try strategy.decode(body, duplicates: ["spec.color"], context: .test(fieldValidation: .strict))
        }
    }

    @Test("refuses metadata of other types")
    func metadataTypes() {
        let message =
            #"Fleet in version "v1" cannot be handled as a Fleet: json: cannot unmarshal number into Go struct field ObjectMeta.labels of type string"#
        #expect(throws: StatusError.badRequest(message)) {
            try Self.strategy().decode(["metadata": ["labels": ["a": 1]]], duplicates: [], context: .test())
        }
    }

    @Test("writes numbers as Go does")
    func numbers() throws {
        let body = try JSONValue(parsing: #"{"spec":{"replicas":2.0,"free":[1e2,1.50,9007199254740993]}}"#)
        let decoded = try Self.strategy().decode(body, duplicates: [], context: .test())
        #expect(decoded.object.text == #"{"spec":{"replicas":2,"free":[100,1.5,9007199254740993]}}"#)
    }

    @Test("creates nothing while its definition is being deleted")
    func terminating() {
        let strategy = Self.strategy(isTerminating: true)
        var object = Self.fleet([:])
        #expect {
            try strategy.admit(&object, old: nil, context: .test())
        } throws: { error in
            let error = error as? StatusError
            return error?.code == 403
                && error?.message
                    == #"fleets.example.com "f" is forbidden: create not allowed while custom resource definition is terminating"#
        }
        #expect(throws: Never.self) { try strategy.admit(&object, old: object, context: .test(.update)) }
    }

    @Test("says that rules were not checked when an error kept them from it")
    func uncheckedRules() throws {
        let strategy = Self.strategy { version in
            version["schema"]?["openAPIV3Schema"]?["x-kubernetes-validations"] = [["rule": "true"]]
        }
        let errors = strategy.validateCreate(Self.fleet(["color": 1]), context: .test())
        #expect(
            errors.last?.message
                == "<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; "
                + "correct the existing errors to complete validation"
        )
        #expect(strategy.validateCreate(Self.fleet(["color": "red"]), context: .test()) == [])
    }

    // MARK: Reading

    @Test("offers its selectable fields as text")
    func selectableFields() {
        let strategy = Self.strategy()
        #expect(
            strategy.selectableFields(of: Self.fleet(["color": "red", "replicas": 5, "on": true]))
                == ["spec.color": "red", "spec.replicas": "5", "spec.on": "true"]
        )
        #expect(strategy.selectableFields(of: Self.fleet([:])) == ["spec.color": "", "spec.replicas": "", "spec.on": ""])
    }

    @Test("shows its columns, with null where a value is missing or of another type")
    func table() {
        let strategy = Self.strategy()
        #expect(strategy.tableColumns.map(\.name) == ["Name", "Color", "Replicas", "On", "Made", "Wrong"])
        #expect(strategy.tableColumns.map(\.priority) == [0, 0, 1, 0, 0, 0])
        var object = Self.fleet(["color": "red", "replicas": 5, "on": true])
        object["metadata"]?["creationTimestamp"] = .string(Time(seconds: 1000).description)
        #expect(strategy.tableCells(for: object, now: Time(seconds: 1090)) == ["f", "red", 5, true, "90s", nil])
        #expect(strategy.tableCells(for: Self.fleet([:]), now: Time(seconds: 0)) == ["f", nil, nil, nil, nil, nil])
    }

    @Test("shows the age when it has no columns")
    func defaultColumns() {
        let strategy = Self.strategy { $0["additionalPrinterColumns"] = nil }
        #expect(strategy.tableColumns.map(\.name) == ["Name", "Age"])
    }

    // MARK: Scale

    @Test("is seen and changed as a Scale")
    func scale() throws {
        let scale = try #require(Self.strategy().scale)
        let object = Self.fleet(["replicas": 5], status: ["replicas": 2])
        let seen = try scale.scale(of: object)
        #expect(seen["spec"] == ["replicas": 5])
        #expect(seen["status"] == ["replicas": 2])
        #expect(scale.apply(["spec": ["replicas": 3]], to: object) == Self.fleet(["replicas": 3], status: ["replicas": 2]))
        #expect(throws: StatusError.internalError(#"the spec replicas field ".spec.replicas" does not exist"#)) {
            try scale.scale(of: Self.fleet([:]))
        }
        #expect(
            scale.errors(in: Self.fleet(["replicas": -1])).map(\.message)
                == [".spec.replicas: Invalid value: -1: should be a non-negative integer"]
        )
    }

    // MARK: OpenAPI

    @Test("publishes its schema with the kind and the metadata")
    func openAPI() throws {
        let definition = ResourceDefinition(
            group: "example.com",
            version: "v1",
            kind: "Fleet",
            plural: "fleets",
            strategy: Self.strategy()
        )
        let schemas = Self.strategy().openAPIDefinitions(for: definition)
        #expect(schemas.keys == ["com.example.v1.Fleet", "com.example.v1.FleetList"])
        let fleet = try #require(schemas["com.example.v1.Fleet"])
        #expect(fleet["x-kubernetes-group-version-kind"] == [["group": "example.com", "version": "v1", "kind": "Fleet"]])
        #expect(fleet["properties"]?.object?.keys.sorted() == ["apiVersion", "kind", "metadata", "spec", "status"])
        #expect(
            fleet["properties"]?["metadata"]?["allOf"]
                == [["$ref": "#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"]]
        )
    }
}
