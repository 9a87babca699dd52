// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// PriorityClasses.
struct PriorityClassTable: KindTable {
    var columns: [TableColumn] {
        [
            .objectName, .number("Value", "The priority of its pods."),
            TableColumn(name: "Global-Default", type: "boolean", description: "Whether pods that name no class have it."), .age,
            .text("PreemptionPolicy", "Whether its pods displace others."),
        ]
    }

    func cells(for object: JSONValue, now: Time) -> [JSONValue] {
        [
            TableText.name(object), object["value"] ?? 0, .bool(object.bool("globalDefault")), TableText.age(object, now: now),
            .string(object.text("preemptionPolicy")),
        ]
    }
}
