// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HeapModule

/// Deadlines by identity, the earliest first. Each identity has at most one.
///
/// Replacing and canceling leave the old heap entry where it is; an entry counts only while its generation is the identity's present
/// one. Bound: 2 × live + 64 entries, then the heap is rebuilt without the stale ones.
package struct DeadlineHeap<ID: Hashable & Sendable>: Sendable {
    /// What `schedule` does when the identity already has a deadline.
    package enum Merge: Sendable {
        /// Keep the earlier of both (as client-go's delaying queue).
        case earliest
        /// The new one counts.
        case replace
    }

    private struct Entry: Comparable, Sendable {
        let deadline: MonotonicInstant
        let generation: UInt64
        let id: ID

        // Equal deadlines fire in the order they were scheduled, so that runs are reproducible.
        static func < (lhs: Entry, rhs: Entry) -> Bool { (lhs.deadline, lhs.generation) < (rhs.deadline, rhs.generation) }
        static func == (lhs: Entry, rhs: Entry) -> Bool { lhs.generation == rhs.generation }
    }

    private struct Live: Sendable {
        let deadline: MonotonicInstant
        let generation: UInt64
    }

    private var heap = Heap<Entry>()
    private var live: [ID: Live] = [:]
    private var lastGeneration: UInt64 = 0

    package init() {}

    /// How many identities have a deadline.
    package var count: Int { live.count }
    package var isEmpty: Bool { live.isEmpty }

    /// How many entries the heap holds, stale ones included.
    package var storedCount: Int { heap.count }

    /// The deadline of `id`.
    package subscript(id: ID) -> MonotonicInstant? { live[id]?.deadline }

    /// Sets the deadline of `id`. False when an earlier one stays (`.earliest`).
    @discardableResult
    package mutating func schedule(_ id: ID, at deadline: MonotonicInstant, merge: Merge = .earliest) -> Bool {
        if merge == .earliest, let current = live[id], current.deadline <= deadline { return false }
        lastGeneration += 1
        live[id] = Live(deadline: deadline, generation: lastGeneration)
        heap.insert(Entry(deadline: deadline, generation: lastGeneration, id: id))
        compactIfNeeded()
        return true
    }

    /// Takes the deadline of `id` away. False when it has none.
    @discardableResult
    package mutating func cancel(_ id: ID) -> Bool {
        guard live.removeValue(forKey: id) != nil else { return false }
        compactIfNeeded()
        return true
    }

    package mutating func removeAll() {
        heap = Heap()
        live = [:]
    }

    /// The earliest deadline.
    package mutating func nextDeadline() -> MonotonicInstant? {
        while let first = heap.min {
            if isLive(first) { return first.deadline }
            heap.removeMin()
        }
        return nil
    }

    /// Removes and returns the identity whose deadline is the earliest, when that has come.
    package mutating func popDue(at now: MonotonicInstant) -> ID? {
        while let first = heap.min {
            if !isLive(first) {
                heap.removeMin()
                continue
            }
            guard first.deadline <= now else { return nil }
            heap.removeMin()
            live.removeValue(forKey: first.id)
            return first.id
        }
        return nil
    }

    /// At most `limit` identities with their deadlines, the earliest first. It looks at all.
    package func sorted(limit: Int) -> [(id: ID, deadline: MonotonicInstant)] {
        let entries = live.map { Entry(deadline: $1.deadline, generation: $1.generation, id: $0) }
        return entries.sorted().prefix(limit).map { ($0.id, $0.deadline) }
    }

    private func isLive(_ entry: Entry) -> Bool { live[entry.id]?.generation == entry.generation }

    private mutating func compactIfNeeded() {
        guard heap.count > 2 * live.count + 64 else { return }
        heap = Heap(live.map { Entry(deadline: $1.deadline, generation: $1.generation, id: $0) })
    }
}
