// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// One line of the table: what was measured, ours, and the other side's number from the same run.
struct Row {
    let name: String
    let unit: String
    let ours: Double
    /// Nil when there is nothing to compare with in this process.
    let other: (name: String, value: Double)?
    /// Whether a larger number is the better one.
    var isMoreBetter = true

    /// How many times better ours is.
    var ratio: Double? {
        other.map { isMoreBetter ? ours / $0.value : $0.value / ours }
    }
}
