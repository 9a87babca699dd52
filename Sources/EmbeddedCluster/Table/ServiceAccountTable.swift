// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// ServiceAccounts.
struct ServiceAccountTable: KindTable {
    var columns: [TableColumn] { [.objectName, .number("Secrets", "How many secrets it lists."), .age] }

    func cells(for object: JSONValue, now: Time) -> [JSONValue] {
        [TableText.name(object), .int(object.elements("secrets").count), TableText.age(object, now: now)]
    }
}
