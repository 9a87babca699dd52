// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// PodTemplates.
struct PodTemplateRules: KindRules {
    func setDefaults(_ object: inout JSONValue) {
        object.change("template") { template in template.change("spec", PodDefaults.apply) }
    }

    func validate(_ object: JSONValue) -> [FieldError] {
        PodSpecValidation.errors(object.at("template", "spec") ?? .object([:]), "template.spec")
    }

    var table: any KindTable { PodTemplateTable() }
}
