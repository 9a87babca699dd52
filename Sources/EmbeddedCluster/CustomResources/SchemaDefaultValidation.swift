// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// What is wrong with the `default` values of a schema: each must satisfy its own schema and lose nothing to pruning.
struct SchemaDefaultValidation {
    let root: JSONValue
    let path: String

    var errors: [FieldError] { errors(of: root, path, isRoot: true) }

    private func errors(of schema: JSONValue, _ path: String, isRoot: Bool = false) -> [FieldError] {
        var errors: [FieldError] = []
        if let value = schema["default"], !value.isNull { errors += self.errors(of: value, schema, path + ".default") }
        for (name, child) in schema.sortedMembers("properties") {
            if isRoot, ["apiVersion", "kind", "metadata"].contains(name) { continue }
            errors += self.errors(of: child, "\(path).properties[\(name)]")
        }
        for key in ["additionalProperties", "items"] {
            if let child = schema[key], child.object != nil { errors += self.errors(of: child, path + "." + key) }
        }
        return errors
    }

    private func errors(of value: JSONValue, _ document: JSONValue, _ field: String) -> [FieldError] {
        let schema = StructuralSchema(document)
        var pruned: JSONValue = .object(["value": value])
        StructuralSchema(["type": "object", "properties": ["value": document]]).prune(&pruned)
        var errors: [FieldError] = []
        if pruned["value"] != value { errors.append(.invalid(field, value.sortedByKey, "must not have unknown fields")) }
        for error in schema.validateDetached(value) {
            var error = error
            error.field = error.field == SchemaProblem.noField ? field : field + "." + error.field
            errors.append(error)
        }
        return errors
    }
}
