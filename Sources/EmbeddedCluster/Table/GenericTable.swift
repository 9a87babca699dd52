// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Name and age: kinds without columns of their own.
struct GenericTable: KindTable {
    var columns: [TableColumn] { [.objectName, TableColumn(name: "Created At", type: "date", description: Self.createdAt)] }

    private static let createdAt = "When the object was created."

    func cells(for object: JSONValue, now: Time) -> [JSONValue] {
        [TableText.name(object), object.at("metadata", "creationTimestamp") ?? "<unknown>"]
    }
}
