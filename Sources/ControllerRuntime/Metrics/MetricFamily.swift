// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import OrderedCollections

/// All series of one metric name. Belongs behind the registry's lock; the cells it hands out have their own.
struct MetricFamily: Sendable {
    enum Cells: Sendable {
        case counters(OrderedDictionary<[String], MetricCounter>)
        case gauges(OrderedDictionary<[String], MetricGauge>)
        case histograms(OrderedDictionary<[String], MetricHistogram>)
    }

    let name: String
    let help: String
    let labelNames: [String]
    let buckets: [Double]
    var cells: Cells

    var kind: MetricKind {
        switch cells {
        case .counters: .counter
        case .gauges: .gauge
        case .histograms: .histogram
        }
    }

    /// The value of every label of the series that takes what is over the bound.
    static let overflowValue = "exceeded_cardinality_limit"

    private func bounded<Cell>(_ labelValues: [String], in cells: OrderedDictionary<[String], Cell>, limit: Int) -> [String] {
        if cells[labelValues] != nil || cells.count < limit { return labelValues }
        return Array(repeating: Self.overflowValue, count: labelNames.count)
    }

    /// The counter of these label values; past `limit` series the one that collects the rest. Nil when the family is of another kind.
    mutating func counter(_ labelValues: [String], limit: Int) -> MetricCounter? {
        guard case .counters(var all) = cells else { return nil }
        let key = bounded(labelValues, in: all, limit: limit)
        if let cell = all[key] { return cell }
        let cell = MetricCounter()
        all[key] = cell
        cells = .counters(all)
        return cell
    }

    mutating func gauge(_ labelValues: [String], limit: Int) -> MetricGauge? {
        guard case .gauges(var all) = cells else { return nil }
        let key = bounded(labelValues, in: all, limit: limit)
        if let cell = all[key] { return cell }
        let cell = MetricGauge()
        all[key] = cell
        cells = .gauges(all)
        return cell
    }

    mutating func histogram(_ labelValues: [String], limit: Int) -> MetricHistogram? {
        guard case .histograms(var all) = cells else { return nil }
        let key = bounded(labelValues, in: all, limit: limit)
        if let cell = all[key] { return cell }
        let cell = MetricHistogram(buckets: buckets)
        all[key] = cell
        cells = .histograms(all)
        return cell
    }

    /// Removes the series that have all of these labels.
    mutating func removeSeries(matching labels: [String: String]) {
        let wanted = labels.compactMap { name, value in labelNames.firstIndex(of: name).map { ($0, value) } }
        guard wanted.count == labels.count else { return }
        func keeps(_ values: [String]) -> Bool { !wanted.allSatisfy { values[$0.0] == $0.1 } }
        switch cells {
        case .counters(let all): cells = .counters(all.filter { keeps($0.key) })
        case .gauges(let all): cells = .gauges(all.filter { keeps($0.key) })
        case .histograms(let all): cells = .histograms(all.filter { keeps($0.key) })
        }
    }
}
