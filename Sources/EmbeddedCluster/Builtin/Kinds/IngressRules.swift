// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Ingresses. They are stored and served; nothing routes by them.
struct IngressRules: KindRules {
    func validate(_ object: JSONValue) -> [FieldError] {
        let spec = object["spec"] ?? .object([:])
        var errors: [FieldError] = []
        if spec.elements("rules").isEmpty, spec["defaultBackend"] == nil {
            errors.append(.invalid("spec", spec, "either `defaultBackend` or `rules` must be specified"))
        }
        for (index, rule) in spec.elements("rules").enumerated() {
            for (position, path) in (rule["http"]?.elements("paths") ?? []).enumerated() {
                let field = "spec.rules[\(index)].http.paths[\(position)]"
                let types = ["Exact", "ImplementationSpecific", "Prefix"]
                let type = path.text("pathType")
                if type.isEmpty {
                    errors.append(.required(field + ".pathType", "pathType must be specified"))
                } else {
                    errors += FieldChecks.choice(type, field + ".pathType", types)
                }
            }
        }
        return errors
    }

    var table: any KindTable { IngressTable() }
}
