// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import OrderedCollections

extension MetricsRegistry {
    func counter(_ name: String, labels: [(String, String)]) -> MetricCounter {
        cell(name, "", Self.cleaned(labels), [], empty: .counters([:])) { $0.counter($1, limit: $2) } ?? MetricCounter()
    }

    func gauge(_ name: String, labels: [(String, String)]) -> MetricGauge {
        cell(name, "", Self.cleaned(labels), [], empty: .gauges([:])) { $0.gauge($1, limit: $2) } ?? MetricGauge()
    }

    func histogram(_ name: String, labels: [(String, String)]) -> MetricHistogram {
        cell(name, "", Self.cleaned(labels), MetricBuckets.standard, empty: .histograms([:])) { $0.histogram($1, limit: $2) }
            ?? MetricHistogram(buckets: MetricBuckets.standard)
    }

    private static func cleaned(_ labels: [(String, String)]) -> [(String, String)] {
        labels.map { (PrometheusName($0.0).text, $0.1) }
    }
}
