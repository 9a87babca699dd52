// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesAPIExtensions
import KubernetesJSON
import KubernetesMeta
import Testing

@Suite("Descriptions of custom kinds")
struct CustomResourceDescriptionTests {
    private static let colour = JSONSchemaProps.enumeration("Its paint.", ["red", "blue"]).defaulting(to: "red")

    private static func version(_ schema: JSONSchemaProps = schema, type: any Resource.Type = Lamp.self) -> CustomResourceVersion
    {
        CustomResourceVersion(
            type,
            schema: schema,
            columns: [.string("Colour", ".spec.colour"), .age],
            selectableFields: [".spec.colour"]
        )
    }

    private static let schema = JSONSchemaProps.object(
        "A lamp.",
        [
            "spec": .object(
                nil,
                [
                    "colour": colour, "power": .quantity(), "ports": .array(of: .intOrString(), maxItems: 4).listSet(),
                    "labels": .map(of: .string()),
                    "replicas": .integer(minimum: 0).rule("self >= oldSelf", message: "it only grows"),
                ],
                required: ["power"]
            ),
            "status": .object(nil, ["replicas": .integer(), "conditions": .conditions()]),
        ]
    )

    @Test("the document holds names, schema, columns, subresources, selectable fields, categories and rules")
    func document() {
        var version = Self.version()
        version.scale = CustomResourceSubresourceScale(specReplicasPath: ".spec.replicas", statusReplicasPath: ".status.replicas")
        version.deprecationWarning = "use v2"
        let description = CustomResourceDescription(version, shortNames: ["lp"], categories: ["all"])
        #expect(description.problems == [])
        let json = JSONValue(encoding: description.definition)
        #expect(json["metadata"] == ["name": "lamps.example.com"])
        #expect(
            json["spec"]?["names"] == [
                "kind": "Lamp", "listKind": "LampList", "plural": "lamps", "singular": "lamp", "shortNames": ["lp"],
                "categories": ["all"],
            ]
        )
        #expect(json["spec"]?["group"] == "example.com" && json["spec"]?["scope"] == "Cluster")
        let row = json["spec"]?["versions"]?[0]
        #expect(row?["name"] == "v1" && row?["served"] == true && row?["storage"] == true)
        #expect(row?["deprecated"] == true && row?["deprecationWarning"] == "use v2")
        #expect(
            row?["subresources"] == [
                "status": [:], "scale": ["specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"],
            ]
        )
        #expect(row?["selectableFields"] == [["jsonPath": ".spec.colour"]])
        #expect(
            row?["additionalPrinterColumns"] == [
                ["name": "Colour", "type": "string", "jsonPath": ".spec.colour"],
                ["name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"],
            ]
        )
        let properties = row?["schema"]?["openAPIV3Schema"]?["properties"]
        #expect(properties?["metadata"] == ["type": "object"] && properties?["kind"]?["type"] == "string")
        let spec = properties?["spec"]?["properties"]
        #expect(spec?["colour"] == ["type": "string", "description": "Its paint.", "enum": ["red", "blue"], "default": "red"])
        #expect(
            spec?["ports"]?["x-kubernetes-list-type"] == "set" && spec?["ports"]?["items"]?["x-kubernetes-int-or-string"] == true
        )
        #expect(spec?["labels"] == ["type": "object", "additionalProperties": ["type": "string"]])
        #expect(
            spec?["replicas"] == [
                "type": "integer", "format": "int32", "minimum": 0,
                "x-kubernetes-validations": [["rule": "self >= oldSelf", "message": "it only grows"]],
            ]
        )
    }

    @Test("what an API server would refuse is a problem with its place")
    func problems() {
        func changed(_ change: (inout JSONSchemaProps) -> Void) -> CustomResourceDescription {
            CustomResourceDescription(Self.version(Self.schema.changed(change)))
        }
        var unstored = Self.version()
        unstored.isStored = false
        unstored.isServed = false
        var crowded = Self.version()
        crowded.selectableFields = Array(repeating: ".spec.colour", count: 9)
        var complex = Self.version()
        complex.selectableFields = [".spec.ports"]
        var scaled = Self.version()
        scaled.scale = CustomResourceSubresourceScale(specReplicasPath: ".spec.size", statusReplicasPath: ".status.replicas")
        let rows: [(CustomResourceDescription, String)] = [
            (CustomResourceDescription(unstored), "exactly one must have isStored"),
            (CustomResourceDescription(unstored), "no version is served"),
            (CustomResourceDescription(Self.version(), unstored), "the version v1 is there twice"),
            (CustomResourceDescription(Self.version(type: Shelf.self)), "is no domain"),
            (CustomResourceDescription(Self.version(), Self.version(type: Shelf.self)), "in more than the version"),
            (changed { $0.type = nil }, "must have the type object"),
            (changed { $0[path: "status"] = nil }, "the schema has no status"),
            (changed { $0[path: "spec.colour"] = nil }, "the column Colour shows .spec.colour"),
            (changed { $0[path: "spec.colour"] = nil }, "the selectable field .spec.colour"),
            (changed { $0[path: "spec.power"] = nil }, "spec requires 'power'"),
            (changed { $0[path: "spec.replicas"] = JSONSchemaProps() }, "spec.replicas has no type"),
            (changed { $0[path: "spec.ports[]"] = nil }, "spec.ports is an array without items"),
            (changed { $0[path: "spec.ports[]"] = JSONSchemaProps() }, "spec.ports[] has no type"),
            (changed { $0[path: "spec.labels{}"] = JSONSchemaProps() }, "spec.labels{} has no type"),
            (changed { $0[path: "spec.labels"]?.properties = [:] }, "spec.labels has properties and additionalProperties"),
            (changed { $0[path: "status.conditions[]"]?.required = nil }, "status.conditions is told apart by 'type'"),
            (CustomResourceDescription(crowded), "9 selectable fields"),
            (CustomResourceDescription(complex), "the selectable field .spec.ports"),
            (CustomResourceDescription(scaled), "the scale subresource names .spec.size"),
        ]
        for (description, part) in rows {
            #expect(description.problems.contains { $0.contains(part) }, "\(part): \(description.problems)")
        }
    }

    @Test("a schema is changed by path, and a path that is not there changes nothing")
    func paths() {
        var schema = Self.schema
        #expect(schema[path: "spec.colour"] == Self.colour)
        #expect(schema[path: "status.conditions[].status"]?.enum == ["True", "False", "Unknown"])
        schema[path: "status.conditions[].reason"]?.maxLength = 5
        #expect(schema[path: "status.conditions[].reason"]?.maxLength == 5)
        let before = schema
        schema[path: "spec.none.size"] = .integer()
        #expect(schema == before && schema[path: "spec.none.size"] == nil)
    }
}
