// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import DequeModule

/// Suspended callers in the order they came, each resumed exactly once, each removable by cancellation.
///
/// Belongs behind a lock. A cancellation can arrive before the waiter has been registered; then `cancel` leaves a mark that `insert`
/// honours, and `forget` takes it away. Bound: one entry for each task that waits.
package struct WaiterQueue<Value: Sendable>: Sendable {
    package typealias Continuation = CheckedContinuation<Value, Never>

    /// One suspended caller. A reference, because the layout of a continuation is known only at run time, which would make every value
    /// that may hold one slow to move.
    package final class Waiter: Sendable {
        private let continuation: Continuation

        init(_ continuation: Continuation) { self.continuation = continuation }

        package func resume(returning value: Value) { continuation.resume(returning: value) }
    }

    private var order: Deque<UInt64> = []
    private var waiting: [UInt64: Waiter] = [:]
    private var canceledEarly: Set<UInt64> = []
    private var lastID: UInt64 = 0

    package init() {}

    package var isEmpty: Bool { waiting.isEmpty }
    package var count: Int { waiting.count }

    /// An identity for a caller that is about to wait.
    package mutating func makeID() -> UInt64 {
        lastID += 1
        return lastID
    }

    /// Whether the caller `id` has been canceled before it was registered.
    package func isCanceled(_ id: UInt64) -> Bool { canceledEarly.contains(id) }

    /// Registers a waiter that was not canceled.
    package mutating func insert(_ continuation: Continuation, id: UInt64) {
        waiting[id] = Waiter(continuation)
        order.append(id)
    }

    /// The longest waiting caller, removed; whoever gets it has to resume it.
    package mutating func popFirst() -> Waiter? {
        while let id = order.popFirst() {
            if let waiter = waiting.removeValue(forKey: id) { return waiter }
        }
        return nil
    }

    /// All callers, removed, longest waiting first.
    package mutating func removeAll() -> [Waiter] {
        var all: [Waiter] = []
        while let waiter = popFirst() { all.append(waiter) }
        return all
    }

    /// Removes the caller `id`. Nil when it is not registered (yet, or any more).
    package mutating func cancel(_ id: UInt64) -> Waiter? {
        guard let waiter = waiting.removeValue(forKey: id) else {
            canceledEarly.insert(id)
            return nil
        }
        if order.count > 64 && order.count > 2 * waiting.count {
            order.removeAll { waiting[$0] == nil }
        }
        return waiter
    }

    /// Clears what an early or late cancellation of `id` left. Every caller ends with this.
    package mutating func forget(_ id: UInt64) {
        if !canceledEarly.isEmpty { canceledEarly.remove(id) }
    }
}
