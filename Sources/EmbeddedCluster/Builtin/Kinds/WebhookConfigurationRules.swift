// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Validating and mutating webhook configurations. They are stored and served; the server does not call webhooks yet.
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
            let name = webhook.text("name")
            errors += FieldChecks.subdomain(name, path + ".name")
            if errors.isEmpty, name.split(separator: ".").count < 3 {
                errors.append(
                    .invalid(path + ".name", .string(name), "should be a domain with at least three segments separated by dots")
                )
            }
            if !names.insert(name).inserted { errors.append(.duplicate(path + ".name", .string(name))) }
            if webhook.elements("admissionReviewVersions").isEmpty {
                let versions = "must specify one of v1, v1beta1"
                errors.append(.required(path + ".admissionReviewVersions", versions))
            }
            errors += FieldChecks.choice(webhook.text("sideEffects"), path + ".sideEffects", ["None", "NoneOnDryRun"])
            errors += FieldChecks.choice(webhook.text("failurePolicy"), path + ".failurePolicy", ["Fail", "Ignore"])
            if let seconds = webhook.integer("timeoutSeconds"), !(1...30).contains(seconds) {
                errors.append(
                    .invalid(path + ".timeoutSeconds", .int(seconds), "the timeout value must be between 1 and 30 seconds")
                )
            }
            let client = webhook["clientConfig"] ?? .object([:])
            if (client["url"] == nil) == (client["service"] == nil) {
                errors.append(.required(path + ".clientConfig", "exactly one of url or service is required"))
            }
        }
        return errors
    }

    var table: any KindTable { WebhookConfigurationTable() }
}
