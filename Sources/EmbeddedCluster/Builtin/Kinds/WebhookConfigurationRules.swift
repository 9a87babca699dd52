// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Validating and mutating webhook configurations.
struct WebhookConfigurationRules: KindRules {
    let isMutating: Bool

    func setDefaults(_ object: inout JSONValue) {
        object.forEachElement("webhooks") { webhook in
            webhook.setDefault("failurePolicy", "Fail")
            webhook.setDefault("matchPolicy", "Equivalent")
            webhook.setDefault("namespaceSelector", .object([:]))
            webhook.setDefault("objectSelector", .object([:]))
            webhook.setDefault("timeoutSeconds", 10)
            if isMutating { webhook.setDefault("reinvocationPolicy", "Never") }
            webhook.forEachElement("rules") { $0.setDefault("scope", "*") }
            webhook.ifPresent("clientConfig") { client in client.ifPresent("service") { $0.setDefault("port", 443) } }
        }
    }

    func validate(_ object: JSONValue) -> [FieldError] {
        var errors: [FieldError] = []
        var names: Set<String> = []
        for (index, webhook) in object.elements("webhooks").enumerated() {
            let path = "webhooks[\(index)]"
            errors += WebhookValidation(path: path, isMutating: isMutating).errors(webhook)
            let name = webhook.text("name")
            if !name.isEmpty, !names.insert(name).inserted { errors.append(.duplicate(path + ".name", .string(name))) }
        }
        return errors
    }

    var table: any KindTable { WebhookConfigurationTable() }
}
