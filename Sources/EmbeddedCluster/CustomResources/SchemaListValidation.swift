// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// What is wrong with `x-kubernetes-list-type`, `x-kubernetes-list-map-keys` and `x-kubernetes-map-type` of one schema.
struct SchemaListValidation {
    let schema: JSONValue
    let path: String

    private var listTypeField: String { path + ".x-kubernetes-list-type" }
    private var keysField: String { path + ".x-kubernetes-list-map-keys" }

    var errors: [FieldError] {
        var errors = typeErrors("x-kubernetes-map-type", allowed: ["atomic", "granular"], needs: "object")
        errors += typeErrors("x-kubernetes-list-type", allowed: ["atomic", "set", "map"], needs: "array")
        let keys = schema.elements("x-kubernetes-list-map-keys")
        let listType = schema["x-kubernetes-list-type"]?.string
        if !keys.isEmpty, listType != "map" {
            let detail = "must be map if x-kubernetes-list-map-keys is non-empty"
            errors.append(listType.map { .invalid(listTypeField, .string($0), detail) } ?? .required(listTypeField, detail))
        }
        if listType == "map" { errors += mapErrors(keys) }
        if listType == "set", let items = schema["items"] { errors += setErrors(items) }
        return errors
    }

    private func typeErrors(_ key: String, allowed: [String], needs type: String) -> [FieldError] {
        guard let value = schema[key]?.string else { return [] }
        var errors: [FieldError] = []
        let given = schema.text("type")
        if given != type {
            let detail = "must be \(type) if \(key) is specified"
            errors.append(given.isEmpty ? .required(path + ".type", detail) : .invalid(path + ".type", .string(given), detail))
        }
        if !allowed.contains(value) { errors.append(.notSupported(path + "." + key, .string(value), allowed)) }
        return errors
    }

    private func mapErrors(_ keys: [JSONValue]) -> [FieldError] {
        var errors: [FieldError] = []
        if keys.isEmpty { errors.append(.required(keysField, "must not be empty if x-kubernetes-list-type is map")) }
        guard let items = schema["items"], items.object != nil else {
            return errors + [.required(path + ".items", "must have a schema if x-kubernetes-list-type is map")]
        }
        if items.text("type") != "object" {
            let detail = "must be object if parent array's x-kubernetes-list-type is map"
            errors.append(.invalid(path + ".items.type", .string(items.text("type")), detail))
        }
        let names = keys.compactMap(\.string)
        if Set(names).count != names.count {
            errors.append(.invalid(keysField, .array(keys), "must not contain duplicate entries"))
        }
        if !names.allSatisfy({ items["properties"]?[$0] != nil }) {
            errors.append(.invalid(keysField, .array(keys), "entries must all be names of item properties"))
        }
        for name in names {
            guard let property = items["properties"]?[name] else { continue }
            let field = "\(path).items.properties[\(name)]"
            if ["array", "object"].contains(property.text("type")) {
                let detail = "must be a scalar type if parent array's x-kubernetes-list-type is map"
                errors.append(.invalid(field + ".type", .string(property.text("type")), detail))
            }
            let isRequired = items.elements("required").contains(.string(name))
            if !isRequired, property["default"] == nil {
                let detail = "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property"
                errors.append(.required(field + ".default", detail))
            }
            if property.bool("nullable") {
                let detail = "this property is in x-kubernetes-list-map-keys, so it cannot be nullable"
                errors.append(.forbidden(field + ".nullable", detail))
            }
        }
        return errors
    }

    private func setErrors(_ items: JSONValue) -> [FieldError] {
        var errors: [FieldError] = []
        if items.bool("nullable") {
            errors.append(.forbidden(path + ".items.nullable", "cannot be nullable when x-kubernetes-list-type is set"))
        }
        switch items.text("type") {
        case "object" where items.text("x-kubernetes-map-type") != "atomic":
            errors.append(
                .invalid(
                    path + ".items.x-kubernetes-map-type",
                    items["x-kubernetes-map-type"] ?? .null,
                    "must be atomic as item of a list with x-kubernetes-list-type=set"
                )
            )
        case "array" where !["", "atomic"].contains(items.text("x-kubernetes-list-type")):
            errors.append(
                .invalid(
                    path + ".items.x-kubernetes-list-type",
                    items["x-kubernetes-list-type"] ?? .null,
                    "must be atomic as item of a list with x-kubernetes-list-type=set"
                )
            )
        default: break
        }
        return errors
    }
}
