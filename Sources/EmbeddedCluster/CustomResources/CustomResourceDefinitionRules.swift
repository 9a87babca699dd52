// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// The kind CustomResourceDefinition itself (`k8s.io/apiextensions-apiserver/pkg/registry/customresourcedefinition`).
struct CustomResourceDefinitionRules: KindRules {
    /// What clients hear of `x-kubernetes-validations`.
    static let rulesAreNotEvaluated =
        "x-kubernetes-validations are stored and served but not evaluated by this cluster: objects that break the rules are accepted"

    func setDefaults(_ object: inout JSONValue) {
        object.change("spec") { spec in
            spec.change("names") { names in
                let kind = names.text("kind")
                if names.text("singular").isEmpty, !kind.isEmpty { names["singular"] = .string(kind.lowercased()) }
                if names.text("listKind").isEmpty, !kind.isEmpty { names["listKind"] = .string(kind + "List") }
            }
            if spec["conversion"] == nil { spec["conversion"] = ["strategy": "None"] }
        }
    }

    func prepareForCreate(_ object: inout JSONValue, context: RequestContext) {
        object["status"] = ["acceptedNames": ["kind": "", "plural": ""], "conditions": nil, "storedVersions": nil]
        recordStoredVersion(&object)
    }

    func prepareForUpdate(_ object: inout JSONValue, old: JSONValue) { recordStoredVersion(&object) }

    /// The version in which objects are stored from now on belongs to those in which some may be stored.
    private func recordStoredVersion(_ object: inout JSONValue) {
        guard let storage = (object.at("spec", "versions")?.array ?? []).first(where: { $0.bool("storage") }) else { return }
        let name = storage.text("name")
        var stored = object.at("status", "storedVersions")?.array ?? []
        guard !stored.contains(.string(name)) else { return }
        stored.append(.string(name))
        object["status"]?["storedVersions"] = .array(stored)
    }

    func validate(_ object: JSONValue) -> [FieldError] { CustomResourceDefinitionValidation(object).createErrors }

    func validateUpdate(_ object: JSONValue, old: JSONValue) -> [FieldError] {
        CustomResourceDefinitionValidation(object).updateErrors(old: old)
    }

    func validateStatusUpdate(_ object: JSONValue, old: JSONValue) -> [FieldError] {
        CustomResourceDefinitionValidation(object).storedVersionErrors
    }

    func warnings(for object: JSONValue, old: JSONValue?) -> [String] {
        guard old == nil || old?["spec"] != object["spec"] else { return [] }
        let hasRules = (object.at("spec", "versions")?.array ?? []).contains { version in
            version.at("schema", "openAPIV3Schema").map { StructuralSchema($0).hasRules } ?? false
        }
        return hasRules ? [Self.rulesAreNotEvaluated] : []
    }
}
