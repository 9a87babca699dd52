// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient

/// How many keys wait, by priority, as controller-runtime's priority queue tells it.
///
/// Bound: a program that makes priorities out of numbers of its own must not make as many metrics, so those beyond `limit` are told as one.
final class DepthGauges: Sendable {
    private static let limit = 25

    private let name: String
    private let registry: MetricsRegistry
    private let gauges = Locked<[String: MetricGauge]>([:])

    init(name: String, registry: MetricsRegistry) {
        self.name = name
        self.registry = registry
        set([(WorkPriority.normal, 0)])
    }

    /// Sets the gauges of all priorities; those that are not named have no keys.
    func set(_ depths: [(priority: Int, count: Int)]) {
        let settings = gauges.withLock { gauges in
            var counts = gauges.mapValues { _ in 0 }
            for (priority, count) in depths {
                var label = "\(priority)"
                if gauges[label] == nil, gauges.count >= Self.limit { label = MetricFamily.overflowValue }
                if gauges[label] == nil { gauges[label] = makeGauge(label) }
                counts[label, default: 0] += count
            }
            return counts.compactMap { label, count in gauges[label].map { ($0, count) } }
        }
        for (gauge, count) in settings { gauge.set(Double(count)) }
    }

    private func makeGauge(_ priority: String) -> MetricGauge {
        registry.gauge(
            "workqueue_depth",
            help: "Current depth of workqueue by workqueue and priority",
            labels: ["name": name, "controller": name, "priority": priority]
        )
    }
}
