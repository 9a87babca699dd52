// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// NetworkPolicies.
struct NetworkPolicyTable: KindTable {
    var columns: [TableColumn] { [.objectName, .text("Pod-Selector", "The pods it holds for."), .age] }

    func cells(for object: JSONValue, now: Time) -> [JSONValue] {
        [
            TableText.name(object), .string(TableText.selector(object.at("spec", "podSelector") ?? .object([:]))),
            TableText.age(object, now: now),
        ]
    }
}
