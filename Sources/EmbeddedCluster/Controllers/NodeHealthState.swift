// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesMeta

/// Which nodes have stopped renewing their lease. Pure.
///
/// A node counts as alive for a grace period after the *observed* renewal, so that the clocks of node and cluster need not agree.
struct NodeHealthState: Sendable {
    /// How long a node may be silent, as in a real cluster.
    static let gracePeriod = Duration.seconds(40)

    private var seen: [String: (renewal: String, at: Duration)] = [:]
    private var silent: Set<String> = []

    /// Takes in what a node's lease says.
    mutating func observe(_ node: String, renewal: String, now: Duration) {
        if seen[node]?.renewal != renewal {
            seen[node] = (renewal, now)
            silent.remove(node)
        }
    }

    mutating func forget(_ node: String) {
        seen[node] = nil
        silent.remove(node)
    }

    /// Nodes that have fallen silent since the last call.
    mutating func newlySilent(now: Duration) -> [String] {
        let found = seen.filter { !silent.contains($0.key) && now >= $0.value.at + Self.gracePeriod }.keys.sorted()
        silent.formUnion(found)
        return found
    }

    /// When the next node falls silent if nothing comes.
    var nextDeadline: Duration? {
        seen.filter { !silent.contains($0.key) }.values.map { $0.at + Self.gracePeriod }.min()
    }
}
