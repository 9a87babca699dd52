// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Adds that come later: of several of one key the earliest instant counts, with the highest priority and the causes of all.
///
/// Bound: one for each key that was added with a delay.
package struct DelayedAdds<Key: Hashable & Sendable>: Sendable {
    package struct Due: Sendable {
        package let key: Key
        package let priority: Int
        package let causes: ReconcileCauses?
    }

    private struct Request: Sendable {
        var priority: Int
        var causes: ReconcileCauses?

        var isPlain: Bool { priority == WorkPriority.normal && causes == nil }
    }

    private var deadlines = DeadlineHeap<Key>()
    /// Of the keys whose request is not plain.
    private var requests: [Key: Request] = [:]

    package init() {}

    package var count: Int { deadlines.count }

    /// Asks for `key` to be added at `deadline`. False when it comes earlier already.
    package mutating func schedule(
        _ key: Key,
        at deadline: MonotonicInstant,
        priority: Int = WorkPriority.normal,
        causes: ReconcileCauses? = nil
    ) -> Bool {
        var request = Request(priority: priority, causes: causes)
        if deadlines[key] != nil {
            let present = requests[key] ?? Request(priority: WorkPriority.normal)
            request.priority = max(request.priority, present.priority)
            if var all = present.causes {
                if let causes { all.formUnion(causes) }
                request.causes = all
            }
        }
        if !request.isPlain || !requests.isEmpty { requests[key] = request.isPlain ? nil : request }
        return deadlines.schedule(key, at: deadline)
    }

    /// Removes and returns the earliest key, when its time has come.
    package mutating func popDue(at now: MonotonicInstant) -> Due? {
        guard let key = deadlines.popDue(at: now) else { return nil }
        let request = requests.isEmpty ? nil : requests.removeValue(forKey: key)
        return Due(key: key, priority: request?.priority ?? WorkPriority.normal, causes: request?.causes)
    }

    package mutating func nextDeadline() -> MonotonicInstant? { deadlines.nextDeadline() }

    package mutating func removeAll() {
        deadlines.removeAll()
        requests = [:]
    }

    /// At most `limit` keys that come later, the earliest first.
    package func entries(limit: Int) -> [(due: Due, at: MonotonicInstant)] {
        deadlines.sorted(limit: limit).map { key, deadline in
            let request = requests[key]
            return (Due(key: key, priority: request?.priority ?? WorkPriority.normal, causes: request?.causes), deadline)
        }
    }
}
