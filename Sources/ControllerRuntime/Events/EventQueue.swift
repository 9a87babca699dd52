// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import DequeModule
import KubernetesClient

/// Occurrences that wait to be written. Bound: 1000; a new one that finds it full is dropped and counted.
final class EventQueue: Sendable {
    private struct State {
        var waiting: Deque<Occurrence> = []
        var isClosed = false
    }

    private let state = Locked(State())
    private let signal = WakeSignal()
    private let registry: MetricsRegistry
    private static let bound = 1000

    init(registry: MetricsRegistry) { self.registry = registry }

    func put(_ occurrence: Occurrence) {
        let isAccepted = state.withLock { state in
            guard state.waiting.count < Self.bound else { return false }
            state.waiting.append(occurrence)
            return true
        }
        if isAccepted { signal.notify() } else { countDropped("queue_full") }
    }

    /// Waits for the next one; nil when the queue is closed and empty, or the task was canceled.
    func next() async -> Occurrence? {
        while !Task.isCancelled {
            let (occurrence, isClosed) = state.withLock { ($0.waiting.popFirst(), $0.isClosed) }
            if let occurrence { return occurrence }
            guard !isClosed, await signal.wait() else { return nil }
        }
        return nil
    }

    /// Whether a stop has begun.
    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// From now on `next` waits for new ones again.
    func open() { state.withLock { $0.isClosed = false } }

    /// From now on `next` does not wait: it gives what there is.
    func close() {
        state.withLock { $0.isClosed = true }
        signal.notify()
    }

    /// Drops and counts what waits.
    func clear() {
        let count = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting.count
        }
        if count > 0 { countDropped("stopped", count: count) }
    }

    func countDropped(_ why: String, count: Int = 1) {
        registry.counter("events_dropped_total", help: "Events that were not written", labels: ["why": why])
            .increment(by: UInt64(count))
    }
}
