// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Prints rows as a Markdown table.
enum Table {
    static func text(of rows: [Row]) -> String {
        let header = ["benchmark", "unit", "ours", "other", "ratio"]
        let lines = rows.map { row in
            [
                row.name, row.unit, number(row.ours), row.other.map { "\(number($0.value)) (\($0.name))" } ?? "–",
                row.ratio.map { number($0) + "×" } ?? "–",
            ]
        }
        let widths = header.indices.map { column in ([header] + lines).map { $0[column].count }.max() ?? 0 }
        func line(_ cells: [String]) -> String {
            "| " + zip(cells, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: " | ") + " |"
        }
        let rule = "|" + widths.map { String(repeating: "-", count: $0 + 2) }.joined(separator: "|") + "|"
        return ([line(header), rule] + lines.map(line)).joined(separator: "\n")
    }

    /// Three significant digits or more.
    private static func number(_ value: Double) -> String {
        if value >= 100 { return String(Int(value.rounded())) }
        let tenths = value >= 10 ? 10.0 : 100.0
        return "\((value * tenths).rounded() / tenths)"
    }
}
