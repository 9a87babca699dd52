// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// The rules for tolerations.
enum TolerationValidation {
    static func errors(_ tolerations: [JSONValue], _ field: String) -> [FieldError] {
        var errors: [FieldError] = []
        for (index, toleration) in tolerations.enumerated() {
            let path = "\(field)[\(index)]"
            let key = toleration.text("key")
            let comparison = toleration.text("operator")
            let value = toleration.text("value")
            let effect = toleration.text("effect")
            if !key.isEmpty { errors += FieldChecks.qualifiedName(key, path + ".key") }
            if key.isEmpty, comparison != "Exists" {
                let rule = "operator must be Exists when `key` is empty, which means \"match all values and all keys\""
                errors.append(.invalid(path + ".operator", .string(comparison), rule))
            }
            if toleration["tolerationSeconds"] != nil, effect != "NoExecute" {
                errors.append(
                    .invalid(path + ".effect", .string(effect), "effect must be 'NoExecute' when `tolerationSeconds` is set")
                )
            }
            switch comparison {
            case "Equal", "":
                let complaints = NameFormat.labelValueErrors(value)
                if !complaints.isEmpty {
                    errors.append(.invalid(path + ".operator", .string(value), complaints.joined(separator: ";")))
                }
            case "Exists":
                if !value.isEmpty {
                    errors.append(.invalid(path + ".operator", .string(value), "value must be empty when `operator` is 'Exists'"))
                }
            default: errors.append(.notSupported(path + ".operator", .string(comparison), ["Equal", "Exists"]))
            }
            let effects = ["NoExecute", "NoSchedule", "PreferNoSchedule"]
            errors += FieldChecks.choice(effect, path + ".effect", effects, isOptional: true)
        }
        return errors
    }
}
