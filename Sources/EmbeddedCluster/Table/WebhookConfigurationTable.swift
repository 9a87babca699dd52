// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Webhook configurations.
struct WebhookConfigurationTable: KindTable {
    var columns: [TableColumn] { [.objectName, .number("Webhooks", "How many webhooks it has."), .age] }

    func cells(for object: JSONValue, now: Time) -> [JSONValue] {
        [TableText.name(object), .int(object.elements("webhooks").count), TableText.age(object, now: now)]
    }
}
