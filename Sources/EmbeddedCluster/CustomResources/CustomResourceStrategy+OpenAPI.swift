// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

extension CustomResourceStrategy {
    /// The schemas of this version for `/openapi/v3`, by name: the kind and its list. `metadata` refers to ObjectMeta.
    func openAPIDefinitions(for definition: ResourceDefinition) -> JSONObject {
        let prefix = definition.group.split(separator: ".").reversed().joined(separator: ".") + "." + definition.version + "."
        let name = prefix + definition.kind
        return JSONObject([
            (name, kindSchema(definition)),
            (prefix + definition.listKind, listSchema(definition, item: name)),
        ])
    }

    private static let metadataPrefix = "#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1."
    private static let apiVersion: JSONValue = [
        "type": "string", "description": "The group and version of the schema of this object.",
    ]
    private static let kind: JSONValue = ["type": "string", "description": "The kind of this object."]

    private static func reference(_ name: String, _ description: String) -> JSONValue {
        ["allOf": [["$ref": .string(metadataPrefix + name)]], "description": .string(description)]
    }

    private func kindSchema(_ definition: ResourceDefinition) -> JSONValue {
        var schema = Self.published(schemaDocument)
        // A kind whose fields are not known is published without any, so that clients let everything through.
        if schemaDocument.bool("x-kubernetes-preserve-unknown-fields"), schemaDocument["properties"] == nil {
            schema["properties"] = .object([:])
        }
        schema.change("properties") { properties in
            if properties["apiVersion"] == nil { properties["apiVersion"] = Self.apiVersion }
            if properties["kind"] == nil { properties["kind"] = Self.kind }
            properties["metadata"] = Self.reference("ObjectMeta", "Standard object's metadata.")
        }
        schema["x-kubernetes-group-version-kind"] = Self.reference(to: definition, kind: definition.kind)
        return schema
    }

    private func listSchema(_ definition: ResourceDefinition, item: String) -> JSONValue {
        [
            "type": "object",
            "description": .string("\(definition.listKind) is a list of \(definition.kind)"),
            "required": ["items"],
            "properties": [
                "apiVersion": Self.apiVersion,
                "kind": Self.kind,
                "metadata": Self.reference("ListMeta", "Standard list metadata."),
                "items": [
                    "type": "array", "description": .string("List of \(definition.plural)."),
                    "items": ["$ref": .string("#/components/schemas/" + item)],
                ],
            ],
            "x-kubernetes-group-version-kind": Self.reference(to: definition, kind: definition.listKind),
        ]
    }

    private static func reference(to definition: ResourceDefinition, kind: String) -> JSONValue {
        [["group": .string(definition.group), "version": .string(definition.version), "kind": .string(kind)]]
    }

    /// What OpenAPI v3 can say of a structural schema: an int-or-string becomes `oneOf`, as real servers publish it.
    private static func published(_ schema: JSONValue) -> JSONValue {
        guard case .object(let object) = schema else { return schema }
        var result = JSONObject()
        for (key, value) in object {
            switch key {
            case "properties":
                result[key] = .object(JSONObject((value.object ?? [:]).map { ($0.key, published($0.value)) }))
            case "items", "additionalProperties", "not": result[key] = published(value)
            case "allOf", "anyOf", "oneOf": result[key] = .array((value.array ?? []).map(published))
            default: result[key] = value
            }
        }
        if schema.bool("x-kubernetes-int-or-string"), schema["oneOf"] == nil, schema["anyOf"] == nil {
            result["oneOf"] = [["type": "integer"], ["type": "string"]]
        }
        return .object(result)
    }
}
