// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// The paths of one kind.
struct OpenAPIPaths: Sendable {
    private let definition: ResourceDefinition
    private let schema: String

    /// - Parameter schema: The name of the kind's schema.
    init(_ definition: ResourceDefinition, schema: String) {
        self.definition = definition
        self.schema = schema
    }

    var items: [(String, JSONValue)] {
        let root = definition.group.isEmpty ? "/api/\(definition.version)" : "/apis/\(definition.group)/\(definition.version)"
        let isNamespaced = definition.scope == .namespaced
        let collection = root + (isNamespaced ? "/namespaces/{namespace}/" : "/") + definition.plural
        var items: [(String, JSONValue)] = [(collection, collectionItem)]
        if isNamespaced, definition.verbs.contains("list") {
            items.append((root + "/" + definition.plural, ["get": operation("list", parameters: [])]))
        }
        if definition.verbs.contains("get") {
            items.append((collection + "/{name}", objectItem))
            if definition.subresources.contains("status") { items.append((collection + "/{name}/status", objectItem)) }
        }
        return items
    }

    private var collectionItem: JSONValue {
        var item: JSONValue = .object([:])
        if definition.verbs.contains("list") { item["get"] = operation("list", parameters: []) }
        if definition.verbs.contains("create") {
            item["post"] = operation("post", parameters: Self.writeParameters, body: ["*/*"])
        }
        if definition.verbs.contains("deletecollection") {
            item["delete"] = operation("deletecollection", parameters: [Self.dryRun])
        }
        return item
    }

    private var objectItem: JSONValue {
        var item: JSONValue = ["get": operation("get", parameters: [])]
        if definition.verbs.contains("update") { item["put"] = operation("put", parameters: Self.writeParameters, body: ["*/*"]) }
        if definition.verbs.contains("patch") {
            let strategic = definition.strategy.strategicMergeSchema() == nil ? [] : ["application/strategic-merge-patch+json"]
            item["patch"] = operation(
                "patch",
                parameters: Self.writeParameters,
                body: ["application/json-patch+json", "application/merge-patch+json"] + strategic
            )
        }
        if definition.verbs.contains("delete") { item["delete"] = operation("delete", parameters: [Self.dryRun]) }
        return item
    }

    private func operation(_ action: String, parameters: [JSONValue], body: [String] = []) -> JSONValue {
        var operation: JSONValue = [
            "tags": [.string(definition.apiVersion)],
            "x-kubernetes-action": .string(action),
            "x-kubernetes-group-version-kind": [
                "group": .string(definition.group), "version": .string(definition.version), "kind": .string(definition.kind),
            ],
            "responses": ["200": ["description": "OK", "content": ["application/json": ["schema": reference]]]],
        ]
        if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
        if !body.isEmpty {
            let schema: JSONValue =
                body == ["*/*"] ? reference : ["$ref": "#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.Patch"]
            operation["requestBody"] = ["content": .object(JSONObject(body.map { ($0, ["schema": schema]) }))]
        }
        return operation
    }

    private var reference: JSONValue { ["$ref": .string("#/components/schemas/" + schema)] }

    private static let dryRun = parameter("dryRun")
    private static let writeParameters = [dryRun, parameter("fieldManager"), parameter("fieldValidation")]

    private static func parameter(_ name: String) -> JSONValue {
        ["name": .string(name), "in": "query", "schema": ["type": "string", "uniqueItems": true]]
    }
}
