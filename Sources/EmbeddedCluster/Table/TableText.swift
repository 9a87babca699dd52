// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// The words in the cells of tables (`k8s.io/kubernetes/pkg/printers`).
enum TableText {
    static func name(_ object: JSONValue) -> JSONValue { object.at("metadata", "name") ?? "" }

    /// The time since the object was created.
    static func age(_ object: JSONValue, now: Time) -> JSONValue {
        .string(since(object["metadata"]?.time("creationTimestamp"), now: now))
    }

    /// The time between two instants in the words of `kubectl`, e.g. `5m10s`; `<unknown>` without a start.
    static func since(_ start: Time?, now: Time) -> String {
        guard let start else { return "<unknown>" }
        return duration(seconds: now.seconds - start.seconds)
    }

    /// `k8s.io/apimachinery/pkg/util/duration.HumanDuration`.
    static func duration(seconds: Int64) -> String {
        if seconds < -1 { return "<invalid>" }
        if seconds < 0 { return "0s" }
        if seconds < 120 { return "\(seconds)s" }
        let minutes = seconds / 60
        if minutes < 10 { return seconds % 60 == 0 ? "\(minutes)m" : "\(minutes)m\(seconds % 60)s" }
        if minutes < 180 { return "\(minutes)m" }
        let hours = seconds / 3600
        if hours < 8 { return minutes % 60 == 0 ? "\(hours)h" : "\(hours)h\(minutes % 60)m" }
        if hours < 48 { return "\(hours)h" }
        if hours < 192 { return hours % 24 == 0 ? "\(hours / 24)d" : "\(hours / 24)d\(hours % 24)h" }
        if hours < 24 * 365 * 2 { return "\(hours / 24)d" }
        let years = hours / 24 / 365
        if hours < 24 * 365 * 8 {
            let days = hours / 24 % 365
            return days == 0 ? "\(years)y" : "\(years)y\(days)d"
        }
        return "\(years)y"
    }

    /// `key=value,…` in the order of keys; `<none>` when empty.
    static func labels(_ labels: JSONValue?) -> String {
        let pairs = labels?.object?.sorted { $0.key < $1.key }.map { $0.key + "=" + ($0.value.string ?? "") } ?? []
        return pairs.isEmpty ? "<none>" : pairs.joined(separator: ",")
    }

    /// A label selector as `metav1.FormatLabelSelector` writes it.
    static func selector(_ selector: JSONValue?) -> String {
        guard let selector else { return "<none>" }
        var parts = selector.sortedMembers("matchLabels").map { $0.key + "=" + ($0.value.string ?? "") }
        for requirement in selector.elements("matchExpressions") {
            let key = requirement.text("key")
            let values = requirement.elements("values").compactMap(\.string).sorted().joined(separator: ",")
            switch requirement.text("operator") {
            case "In": parts.append("\(key) in (\(values))")
            case "NotIn": parts.append("\(key) notin (\(values))")
            case "Exists": parts.append(key)
            default: parts.append("!" + key)
            }
        }
        return parts.isEmpty ? "<none>" : parts.joined(separator: ",")
    }

    /// The text, `<none>` when empty.
    static func orNone(_ text: String) -> JSONValue { .string(text.isEmpty ? "<none>" : text) }

    /// The names and the images of the containers of a pod template, with commas.
    static func containers(_ podSpec: JSONValue?) -> (names: JSONValue, images: JSONValue) {
        let containers = podSpec?.elements("containers") ?? []
        return (
            .string(containers.map { $0.text("name") }.joined(separator: ",")),
            .string(containers.map { $0.text("image") }.joined(separator: ","))
        )
    }
}
