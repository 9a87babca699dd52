// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Writes families in Prometheus' text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/).
struct PrometheusText {
    private(set) var text = ""

    mutating func append(_ family: MetricFamily) {
        if !family.help.isEmpty { text += "# HELP \(family.name) \(Self.escapedHelp(family.help))\n" }
        text += "# TYPE \(family.name) \(family.kind.rawValue)\n"
        switch family.cells {
        case .counters(let cells):
            for (values, cell) in sorted(cells.map { ($0.key, $0.value) }) {
                line(family.name, family.labelNames, values, cell.value)
            }
        case .gauges(let cells):
            for (values, cell) in sorted(cells.map { ($0.key, $0.value) }) {
                line(family.name, family.labelNames, values, cell.value)
            }
        case .histograms(let cells):
            for (values, cell) in sorted(cells.map { ($0.key, $0.value) }) { append(cell, of: family, values) }
        }
    }

    mutating func appendConflicts(_ count: UInt64) {
        text +=
            "# HELP metrics_registration_conflicts_total Metrics asked for under a name that has another type or other labels.\n"
        text += "# TYPE metrics_registration_conflicts_total counter\n"
        text += "metrics_registration_conflicts_total \(count)\n"
    }

    private mutating func append(_ histogram: MetricHistogram, of family: MetricFamily, _ values: [String]) {
        let snapshot = histogram.snapshot
        var total: UInt64 = 0
        for (index, bound) in histogram.buckets.enumerated() {
            total += snapshot.counts[index]
            line(family.name + "_bucket", family.labelNames + ["le"], values + [Self.number(bound)], Double(total))
        }
        line(family.name + "_bucket", family.labelNames + ["le"], values + ["+Inf"], Double(snapshot.count))
        line(family.name + "_sum", family.labelNames, values, snapshot.sum)
        line(family.name + "_count", family.labelNames, values, Double(snapshot.count))
    }

    private func sorted<Cell>(_ cells: [([String], Cell)]) -> [([String], Cell)] {
        cells.sorted { $0.0.lexicographicallyPrecedes($1.0) }
    }

    private mutating func line(_ name: String, _ labelNames: [String], _ labelValues: [String], _ value: Double) {
        text += name
        if !labelNames.isEmpty {
            text += "{"
            for index in labelNames.indices {
                if index > 0 { text += "," }
                text += "\(labelNames[index])=\"\(Self.escapedValue(labelValues[index]))\""
            }
            text += "}"
        }
        text += " \(Self.number(value))\n"
    }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        if let whole = Int64(exactly: value), abs(whole) < 1 << 53 { return String(whole) }
        return value.description
    }

    static func escapedHelp(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    static func escapedValue(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
