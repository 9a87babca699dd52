// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Secrets.
struct SecretTable: KindTable {
    var columns: [TableColumn] { [.objectName, .text("Type", "What it is for."), .text("Data", "How many keys it has."), .age] }

    func cells(for object: JSONValue, now: Time) -> [JSONValue] {
        [
            TableText.name(object), .string(object.text("type")), .int(object.sortedMembers("data").count),
            TableText.age(object, now: now),
        ]
    }
}
