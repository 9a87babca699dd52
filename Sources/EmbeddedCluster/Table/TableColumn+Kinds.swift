// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

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
