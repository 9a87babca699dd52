// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import OrderedCollections

/// Metrics by name and labels, rendered as Prometheus text.
///
/// A family is made by the first call that names it; a later call that asks for the same name as another kind, or with other labels, gets a
/// cell that is counted nowhere, and the family `metrics_registration_conflicts_total` says so. Bound: `maximumSeries` for each family; what
/// is over it is collected in one series whose labels are all `exceeded_cardinality_limit`.
public final class MetricsRegistry: Sendable {
    struct State {
        var families: OrderedDictionary<String, MetricFamily> = [:]
        var collectors: [UInt64: @Sendable (MetricsRegistry) -> Void] = [:]
        var lastCollector: UInt64 = 0
        var conflicts: UInt64 = 0
    }

    /// The most series of one family.
    public let maximumSeries: Int
    let state = Locked(State())

    /// An empty registry.
    public init(maximumSeries: Int = 1000) {
        self.maximumSeries = maximumSeries
    }

    /// The counter `name` with these labels.
    public func counter(_ name: String, help: String = "", labels: KeyValuePairs<String, String> = [:]) -> MetricCounter {
        cell(name, help, Array(labels), [], empty: .counters([:])) { $0.counter($1, limit: $2) } ?? MetricCounter()
    }

    /// The gauge `name` with these labels.
    public func gauge(_ name: String, help: String = "", labels: KeyValuePairs<String, String> = [:]) -> MetricGauge {
        cell(name, help, Array(labels), [], empty: .gauges([:])) { $0.gauge($1, limit: $2) } ?? MetricGauge()
    }

    /// The histogram `name` with these labels. The first caller's `buckets` are those of the family.
    public func histogram(
        _ name: String,
        help: String = "",
        labels: KeyValuePairs<String, String> = [:],
        buckets: [Double] = MetricBuckets.standard
    ) -> MetricHistogram {
        cell(name, help, Array(labels), buckets, empty: .histograms([:])) { $0.histogram($1, limit: $2) }
            ?? MetricHistogram(buckets: buckets)
    }

    /// Runs `collect` before each rendering, to set gauges that are read rather than kept. Ends with the returned registration.
    public func onRender(_ collect: @escaping @Sendable (MetricsRegistry) -> Void) -> MetricsCollector {
        let id = state.withLock { state in
            state.lastCollector += 1
            state.collectors[state.lastCollector] = collect
            return state.lastCollector
        }
        return MetricsCollector { [weak self] in
            self?.state.withLock { _ = $0.collectors.removeValue(forKey: id) }
        }
    }

    /// Removes all series that have these labels, when what they tell about has ended.
    public func removeSeries(labels: [String: String]) {
        state.withLock { state in
            for name in state.families.keys { state.families[name]?.removeSeries(matching: labels) }
        }
    }

    /// Removes the series of one family that have these labels.
    func removeSeries(of family: String, labels: [String: String]) {
        state.withLock { $0.families[family]?.removeSeries(matching: labels) }
    }

    /// All families in Prometheus' text format 0.0.4, sorted by name.
    public func render() -> String {
        let collectors = state.withLock { state in state.collectors.sorted { $0.key < $1.key }.map(\.value) }
        for collect in collectors { collect(self) }
        let (families, conflicts) = state.withLock { (Array($0.families.values), $0.conflicts) }
        var text = PrometheusText()
        for family in families.sorted(by: { $0.name < $1.name }) { text.append(family) }
        if conflicts > 0 { text.appendConflicts(conflicts) }
        return text.text
    }

    /// The Content-Type of what `render` returns.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    func cell<Cell: Sendable>(
        _ name: String,
        _ help: String,
        _ labels: [(key: String, value: String)],
        _ buckets: [Double],
        empty: MetricFamily.Cells,
        _ find: (inout MetricFamily, [String], Int) -> Cell?
    ) -> Cell? {
        let sorted = labels.sorted { $0.key < $1.key }
        let names = sorted.map(\.key)
        let values = sorted.map(\.value)
        return state.withLock { state in
            var family =
                state.families[name]
                ?? MetricFamily(name: name, help: help, labelNames: names, buckets: buckets.sorted(), cells: empty)
            guard family.labelNames == names, let cell = find(&family, values, maximumSeries) else {
                state.conflicts += 1
                return nil
            }
            state.families[name] = family
            return cell
        }
    }
}
