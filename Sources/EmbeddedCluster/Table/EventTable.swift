// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Events, of both groups.
struct EventTable: KindTable {
    let isNew: Bool

    var columns: [TableColumn] {
        [
            .text("Last Seen", "When it happened last."), .text("Type", "Normal or Warning."), .text("Reason", "Why, in a word."),
            .text("Object", "What it is about."), .wide("Subobject", "Which part of it."), .wide("Source", "Who says so."),
            .text("Message", "What happened."), .wide("First Seen", "When it happened first."), .wide("Count", "How often."),
            TableColumn(name: "Name", format: "name", description: "The name of the event.", priority: 1),
        ]
    }

    func cells(for object: JSONValue, now: Time) -> [JSONValue] {
        let event = isNew ? EventRules(isNew: true).encodedForStorage(object) : object
        let involved = event["involvedObject"] ?? .object([:])
        let source = event["source"] ?? .object([:])
        let eventTime = event.text("eventTime")
        let started = eventTime.isEmpty ? nil : MicroTime(eventTime).map { Time($0) }
        let first = event.time("firstTimestamp") ?? started
        let last =
            event["series"]?.text("lastObservedTime").nonEmpty.flatMap { MicroTime($0) }.map { Time($0) }
            ?? event.time("lastTimestamp") ?? first
        let count = event["series"]?.integer("count") ?? event.integer("count") ?? 0
        let reporter = source.text("component").nonEmpty ?? event.text("reportingComponent")
        let place = source.text("host").nonEmpty ?? event.text("reportingInstance")
        let kind = involved.text("kind").lowercased()
        return [
            .string(TableText.since(last, now: now)), .string(event.text("type")), .string(event.text("reason")),
            .string(kind.isEmpty ? involved.text("name") : kind + "/" + involved.text("name")),
            .string(involved.text("fieldPath")),
            .string(place.isEmpty ? reporter : reporter + ", " + place), .string(Self.trimmed(event.text("message"))),
            .string(TableText.since(first, now: now)), .string(String(max(count, 1))), TableText.name(object),
        ]
    }

    private static func trimmed(_ text: String) -> String {
        var text = Substring(text)
        while text.first?.isWhitespace ?? false { text.removeFirst() }
        while text.last?.isWhitespace ?? false { text.removeLast() }
        return String(text)
    }
}

extension String {
    /// The text, nil when it is empty.
    fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}
