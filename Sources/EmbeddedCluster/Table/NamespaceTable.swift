// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Namespaces.
struct NamespaceTable: KindTable {
    var columns: [TableColumn] { [.objectName, .text("Status", "Active, or Terminating while it is deleted."), .age] }

    func cells(for object: JSONValue, now: Time) -> [JSONValue] {
        [TableText.name(object), .string(object["status"]?.text("phase") ?? ""), TableText.age(object, now: now)]
    }
}
