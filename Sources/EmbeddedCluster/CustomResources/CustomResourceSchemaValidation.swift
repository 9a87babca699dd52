// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// What is wrong with the `openAPIV3Schema` of a CustomResourceDefinition: keywords that are not supported, and rules that make a schema
/// structural (`k8s.io/apiextensions-apiserver/pkg/apiserver/schema/validation.go`).
struct CustomResourceSchemaValidation {
    /// Schemas nested deeper are refused; a real server would run out of cost budget.
    private static let depthLimit = 60
    private static let types = ["array", "boolean", "integer", "number", "object", "string"]

    let root: JSONValue
    let path: String

    var errors: [FieldError] {
        var errors: [FieldError] = []
        if root.bool("nullable") { errors.append(.forbidden(path + ".nullable", "nullable cannot be true at the root")) }
        errors += keywordErrors(root, path, depth: 0)
        let structural = structuralErrors(root, path, .root, depth: 0)
        errors += structural
        if structural.isEmpty { errors += SchemaDefaultValidation(root: root, path: path).errors }
        return errors
    }

    // MARK: Keywords

    private func keywordErrors(_ schema: JSONValue, _ path: String, depth: Int) -> [FieldError] {
        guard depth <= Self.depthLimit else { return [.forbidden(path, "schemas may not nest deeper than \(Self.depthLimit)")] }
        var errors: [FieldError] = []
        if !schema.text("$ref").isEmpty { errors.append(.forbidden(path + ".$ref", "$ref is not supported")) }
        for key in ["definitions", "dependencies", "patternProperties"] where schema[key]?.object?.isEmpty == false {
            errors.append(.forbidden(path + "." + key, "\(key) is not supported"))
        }
        for key in ["id", "additionalItems"] where schema[key] != nil {
            errors.append(.forbidden(path + "." + key, "\(key) is not supported"))
        }
        if case let type = schema.text("type"), !type.isEmpty, !Self.types.contains(type) {
            errors.append(.notSupported(path + ".type", .string(type), Self.types))
        }
        if let pattern = schema["pattern"]?.string {
            do throws(RegularExpressionError) {
                _ = try RegularExpression(pattern)
            } catch {
                let detail = "must be a valid regular expression, but isn't: \(error)"
                errors.append(.invalid(path + ".pattern", .string(pattern), detail))
            }
        }
        if schema["items"]?.array != nil {
            errors.append(.forbidden(path + ".items", "items must be a schema object and not an array"))
        }
        if schema.bool("uniqueItems") {
            let detail = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"
            errors.append(.forbidden(path + ".uniqueItems", detail))
        }
        if let additional = schema["additionalProperties"] {
            if additional.bool == false {
                errors.append(.forbidden(path + ".additionalProperties", "additionalProperties cannot be set to false"))
            }
            if schema["properties"]?.object?.isEmpty == false {
                errors.append(
                    .forbidden(path + ".additionalProperties", "additionalProperties and properties are mutual exclusive")
                )
            }
        }
        errors += children(of: schema, path).flatMap { keywordErrors($0.schema, $0.path, depth: depth + 1) }
        if schema["x-kubernetes-preserve-unknown-fields"]?.bool == false {
            errors.append(.invalid(path + ".x-kubernetes-preserve-unknown-fields", false, "must be true or undefined"))
        }
        errors += SchemaListValidation(schema: schema, path: path).errors
        errors += SchemaRuleValidation(schema: schema, path: path).errors
        return errors
    }

    /// All schemas right below a schema.
    private func children(of schema: JSONValue, _ path: String) -> [(schema: JSONValue, path: String)] {
        var result: [(schema: JSONValue, path: String)] = []
        for key in ["additionalProperties", "items", "not"] {
            if let child = schema[key], child.object != nil { result.append((child, path + "." + key)) }
        }
        for (name, child) in schema.sortedMembers("properties") { result.append((child, "\(path).properties[\(name)]")) }
        for key in ["allOf", "oneOf", "anyOf"] {
            for (index, child) in schema.elements(key).enumerated() { result.append((child, "\(path).\(key)[\(index)]")) }
        }
        return result
    }

    // MARK: Structure

    private enum Level {
        case root, item, field

        var place: String {
            switch self {
            case .root: "at the root"
            case .item: "for specified array items"
            case .field: "for specified object fields"
            }
        }
    }

    private func structuralErrors(_ schema: JSONValue, _ path: String, _ level: Level, depth: Int) -> [FieldError] {
        guard depth <= Self.depthLimit, schema.text("$ref").isEmpty else { return [] }
        var errors: [FieldError] = []
        let type = schema.text("type")
        let isFree = schema.bool("x-kubernetes-preserve-unknown-fields") || schema.bool("x-kubernetes-int-or-string")
        let isEmbedded = schema.bool("x-kubernetes-embedded-resource")
        if type.isEmpty, !isFree || level == .root {
            errors.append(.required(path + ".type", "must not be empty \(level.place)"))
        }
        if isEmbedded, type != "object" {
            let detail = "must be object if x-kubernetes-embedded-resource is true"
            errors.append(type.isEmpty ? .required(path + ".type", detail) : .invalid(path + ".type", .string(type), detail))
        } else if level == .root, !type.isEmpty, type != "object" {
            errors.append(.invalid(path + ".type", .string(type), "must be object at the root"))
        }
        if isEmbedded, schema["additionalProperties"] != nil {
            errors.append(.forbidden(path + ".additionalProperties", "must not be used if x-kubernetes-embedded-resource is set"))
        }
        if level == .root, schema["additionalProperties"] != nil {
            errors.append(.forbidden(path + ".additionalProperties", "must not be used at the root"))
        }
        if isEmbedded, !schema.bool("x-kubernetes-preserve-unknown-fields"), schema["properties"]?.object?.isEmpty ?? true {
            let detail =
                "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields"
            errors.append(.required(path + ".properties", detail))
        }
        if level == .root, let metadata = schema["properties"]?["metadata"], !Self.constrainsOnlyNames(metadata) {
            let detail = "must not specify anything other than name and generateName, but metadata is implicitly specified"
            errors.append(.forbidden(path + ".properties[metadata]", detail))
        }
        if type == "array", schema["items"] == nil { errors.append(.required(path + ".items", "must be specified")) }
        for (name, child) in schema.sortedMembers("properties") {
            errors += structuralErrors(child, "\(path).properties[\(name)]", .field, depth: depth + 1)
        }
        if let child = schema["additionalProperties"], child.object != nil {
            errors += structuralErrors(child, path + ".additionalProperties", .field, depth: depth + 1)
        }
        if let child = schema["items"], child.object != nil {
            errors += structuralErrors(child, path + ".items", .item, depth: depth + 1)
        }
        if !schema.bool("x-kubernetes-int-or-string") {
            for key in ["allOf", "anyOf", "oneOf"] {
                for (index, child) in schema.elements(key).enumerated() {
                    errors += valueErrors(child, "\(path).\(key)[\(index)]", depth: depth + 1)
                }
            }
            if let not = schema["not"] { errors += valueErrors(not, path + ".not", depth: depth + 1) }
        }
        return errors
    }

    private static func constrainsOnlyNames(_ metadata: JSONValue) -> Bool {
        let allowed: Set<String> = ["type", "properties", "description", "title"]
        let names = metadata["properties"]?.object?.keys ?? []
        return (metadata.object?.keys ?? []).allSatisfy(allowed.contains)
            && names.allSatisfy { $0 == "name" || $0 == "generateName" }
    }

    /// Below `allOf`, `anyOf`, `oneOf` and `not` a schema may only constrain values.
    private func valueErrors(_ schema: JSONValue, _ path: String, depth: Int) -> [FieldError] {
        guard depth <= Self.depthLimit else { return [] }
        var errors: [FieldError] = []
        let forbidden = [
            "type", "nullable", "default", "description", "title", "additionalProperties", "x-kubernetes-preserve-unknown-fields",
            "x-kubernetes-embedded-resource", "x-kubernetes-int-or-string", "x-kubernetes-list-type",
            "x-kubernetes-list-map-keys",
            "x-kubernetes-map-type",
        ]
        for key in forbidden where schema[key] != nil {
            errors.append(.forbidden(path + "." + key, "must be empty to be structural"))
        }
        return errors + children(of: schema, path).flatMap { valueErrors($0.schema, $0.path, depth: depth + 1) }
    }
}
