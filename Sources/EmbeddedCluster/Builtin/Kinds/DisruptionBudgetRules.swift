// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// PodDisruptionBudgets. They are stored and served; evictions do not consult them yet.
struct DisruptionBudgetRules: KindRules {
    func validate(_ object: JSONValue) -> [FieldError] {
        let spec = object["spec"] ?? .object([:])
        var errors: [FieldError] = []
        if spec["minAvailable"] != nil, spec["maxUnavailable"] != nil {
            errors.append(.invalid("spec", spec, "minAvailable and maxUnavailable cannot be both set"))
        }
        return errors + FieldChecks.labelSelector(spec["selector"], "spec.selector")
    }

    var table: any KindTable { DisruptionBudgetTable() }
}
