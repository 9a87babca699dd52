// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient

/// Keeps which keys are being worked on, and notices when one is worked on twice at once.
final class BusyKeys: Sendable {
    private struct State {
        var busy: Set<String> = []
        var counts: [String: Int] = [:]
        var complete = 0
        var overlaps = 0
    }

    private let state = Locked(State())

    func start(_ key: String) {
        state.withLock { state in
            if !state.busy.insert(key).inserted { state.overlaps += 1 }
        }
    }

    func end(_ key: String) {
        state.withLock { state in
            state.busy.remove(key)
            state.counts[key, default: 0] += 1
        }
    }

    func count(_ key: String) -> Int { state.withLock { $0.counts[key, default: 0] } }

    func isComplete(keys: Int, rounds: Int) -> Bool {
        state.withLock { $0.counts.count == keys && $0.counts.values.allSatisfy { $0 >= rounds } }
    }

    var overlaps: Int { state.withLock { $0.overlaps } }
}
