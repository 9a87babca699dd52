// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// The columns that `kubectl get` shows for a kind, and their cells.
protocol KindTable: Sendable {
    var columns: [TableColumn] { get }
    /// One cell per column.
    func cells(for object: JSONValue, now: Time) -> [JSONValue]
}

/// Name and age: kinds without columns of their own.
struct GenericTable: KindTable {
    var columns: [TableColumn] { [.objectName, TableColumn(name: "Created At", type: "date", description: Self.createdAt)] }

    private static let createdAt = "When the object was created."

    func cells(for object: JSONValue, now: Time) -> [JSONValue] {
        [TableText.name(object), object.at("metadata", "creationTimestamp") ?? "<unknown>"]
    }
}

extension TableColumn {
    static let objectName = TableColumn(
        name: "Name",
        format: "name",
        description: "The name, unique among objects of this kind in a namespace."
    )
    static let age = TableColumn(name: "Age", description: "The time since the object was created.")

    /// A column of text that is always shown.
    static func text(_ name: String, _ description: String) -> TableColumn { TableColumn(name: name, description: description) }

    /// A column of text that only `-o wide` shows.
    static func wide(_ name: String, _ description: String) -> TableColumn {
        TableColumn(name: name, description: description, priority: 1)
    }

    /// A column of numbers that is always shown.
    static func number(_ name: String, _ description: String) -> TableColumn {
        TableColumn(name: name, type: "integer", description: description)
    }
}
