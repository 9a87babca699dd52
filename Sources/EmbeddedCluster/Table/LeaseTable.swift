// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Leases.
struct LeaseTable: KindTable {
    var columns: [TableColumn] { [.objectName, .text("Holder", "Who holds it."), .age] }

    func cells(for object: JSONValue, now: Time) -> [JSONValue] {
        [TableText.name(object), .string(object["spec"]?.text("holderIdentity") ?? ""), TableText.age(object, now: now)]
    }
}
