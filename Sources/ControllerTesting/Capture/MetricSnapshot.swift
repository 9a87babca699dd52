// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import ControllerRuntime

/// What all metrics of a registry were at one moment.
///
/// ```swift
/// let before = MetricSnapshot(of: environment.metrics)
/// // …
/// #expect(MetricSnapshot(of: environment.metrics).changes(since: before)["workqueue_adds_total{…}"] == 1)
/// ```
public struct MetricSnapshot: Sendable, Hashable {
    /// The values by series, as Prometheus' text format writes them: `name{label="value",…}`, labels in the order of the alphabet but for
    /// `le`, which comes last.
    public let values: [String: Double]

    /// The present values. Gauges that are read rather than kept are read now.
    public init(of registry: MetricsRegistry) {
        var values: [String: Double] = [:]
        for line in registry.render().split(separator: "\n") where !line.hasPrefix("#") {
            // A label's value may hold spaces, the number behind the last one does not.
            guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...]) else { continue }
            values[String(line[..<space])] = value
        }
        self.values = values
    }

    /// A series; nil when there is none.
    public subscript(name: String, labels: [String: String]) -> Double? {
        if labels.isEmpty { return values[name] }
        let text = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
        return values["\(name){\(text)}"]
    }

    /// The sum of a metric's series over all its labels; 0 when there is none.
    public func total(of name: String) -> Double {
        values.reduce(0) { sum, series in
            series.key == name || series.key.hasPrefix(name + "{") ? sum + series.value : sum
        }
    }

    /// What has become more or less since `earlier`; a new series counts from 0.
    public func changes(since earlier: MetricSnapshot) -> [String: Double] {
        var changes: [String: Double] = [:]
        for (series, value) in values where value != earlier.values[series] ?? 0 {
            changes[series] = value - (earlier.values[series] ?? 0)
        }
        return changes
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { escaped, character in
            switch character {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.append(character)
            }
        }
    }
}
