// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime

/// Answers of the API server that are used again for a while.
///
/// Bound: `capacity` answers; when there are more, those that have ended go first, then the one that ends next.
struct DecisionCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry: Sendable {
        var value: Value
        var end: MonotonicInstant
    }

    let capacity: Int
    private var entries: [Key: Entry] = [:]

    init(capacity: Int) { self.capacity = max(1, capacity) }

    var count: Int { entries.count }

    /// The answer for `key`, when there is one that has not ended.
    func value(of key: Key, now: MonotonicInstant) -> Value? {
        guard let entry = entries[key], now < entry.end else { return nil }
        return entry.value
    }

    /// Keeps an answer for `lifetime`.
    mutating func insert(_ value: Value, of key: Key, lifetime: Duration, now: MonotonicInstant) {
        if entries[key] == nil && entries.count >= capacity {
            entries = entries.filter { now < $0.value.end }
            if entries.count >= capacity, let next = entries.min(by: { $0.value.end < $1.value.end }) {
                entries.removeValue(forKey: next.key)
            }
        }
        entries[key] = Entry(value: value, end: now.advanced(by: lifetime))
    }
}
