// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Nodes.
struct NodeRules: KindRules {
    func validate(_ object: JSONValue) -> [FieldError] {
        var errors: [FieldError] = []
        var seen: Set<String> = []
        for (index, taint) in (object["spec"]?.elements("taints") ?? []).enumerated() {
            let path = "spec.taints[\(index)]"
            let key = taint.text("key")
            errors += FieldChecks.qualifiedName(key, path + ".key")
            let complaints = NameFormat.labelValueErrors(taint.text("value"))
            if !complaints.isEmpty {
                errors.append(.invalid(path + ".value", .string(taint.text("value")), complaints.joined(separator: ";")))
            }
            let effects = ["NoExecute", "NoSchedule", "PreferNoSchedule"]
            errors += FieldChecks.choice(taint.text("effect"), path + ".effect", effects)
            if !seen.insert(key + ":" + taint.text("effect")).inserted { errors.append(.duplicate(path, taint)) }
        }
        return errors
    }

    func validateUpdate(_ object: JSONValue, old: JSONValue) -> [FieldError] {
        var errors = validate(object)
        for field in ["podCIDR", "providerID"] {
            guard let before = old.at("spec", field), before != object.at("spec", field) else { continue }
            errors.append(.forbidden("spec." + field, "node updates may not change \(field) except from \"\" to valid"))
        }
        return errors
    }

    func selectableFields(of object: JSONValue) -> [String: String] {
        ["spec.unschedulable": object["spec"]?.bool("unschedulable") == true ? "true" : "false"]
    }

    var table: any KindTable { NodeTable() }
}
