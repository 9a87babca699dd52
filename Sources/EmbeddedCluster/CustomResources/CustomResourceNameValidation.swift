// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// What is wrong with `spec.names` of a CustomResourceDefinition.
struct CustomResourceNameValidation {
    let names: JSONValue
    let path: String

    /// Names that are missing.
    var requiredErrors: [FieldError] {
        ["plural", "singular", "kind", "listKind"].filter { names.text($0).isEmpty }.map { .required(path + "." + $0) }
    }

    /// Names that are there and wrong.
    var errors: [FieldError] {
        var errors = labelErrors("plural", names.text("plural")) + labelErrors("singular", names.text("singular"))
        for key in ["kind", "listKind"] {
            let name = names.text(key)
            let problems = name.isEmpty ? [] : NameFormat.label1035Errors(name.lowercased())
            if !problems.isEmpty {
                let detail = "may have mixed case, but should otherwise match: " + problems.joined(separator: ",")
                errors.append(.invalid(path + "." + key, .string(name), detail))
            }
        }
        errors += listErrors("shortNames")
        let kind = names.text("kind")
        if !kind.isEmpty, kind == names.text("listKind") {
            errors.append(.invalid(path + ".listKind", .string(kind), "kind and listKind may not be the same"))
        }
        return errors + listErrors("categories")
    }

    private func listErrors(_ key: String) -> [FieldError] {
        names.elements(key).enumerated().flatMap { labelErrors("\(key)[\($0)]", $1.string ?? "") }
    }

    private func labelErrors(_ key: String, _ name: String) -> [FieldError] {
        let problems = name.isEmpty ? [] : NameFormat.label1035Errors(name)
        return problems.isEmpty ? [] : [.invalid(path + "." + key, .string(name), problems.joined(separator: ","))]
    }
}
