// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Which objects a list or watch wants.
package struct Selection: Sendable, Hashable {
    package var labels = LabelSelection()
    package var fields = FieldSelection()

    package init(labels: LabelSelection = LabelSelection(), fields: FieldSelection = FieldSelection()) {
        self.labels = labels
        self.fields = fields
    }

    package var isEmpty: Bool { labels.isEmpty && fields.isEmpty }

    package func matches(_ entry: ObjectEntry) -> Bool {
        labels.matches(entry.parts.labels) && fields.matches(entry.key, fields: entry.parts.fields)
    }
}
