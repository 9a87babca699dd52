// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import OrderedCollections

extension MetricsRegistry {
    /// The value of a counter or gauge, or how often a histogram has observed. Nil when there is no such series.
    public func value(of name: String, labels: [String: String] = [:]) -> Double? {
        guard let family = state.withLock({ $0.families[name] }), labels.count == family.labelNames.count else { return nil }
        let key = family.labelNames.map { labels[$0] ?? "" }
        return switch family.cells {
        case .counters(let cells): cells[key]?.value
        case .gauges(let cells): cells[key]?.value
        case .histograms(let cells): cells[key].map { Double($0.snapshot.count) }
        }
    }
}
