// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import DequeModule
import KubernetesClient

/// Occurrences that wait to be written. Bound: 1000; a new one that finds it full is dropped and counted.
final class EventQueue: Sendable {
    private let waiting = Locked<Deque<Occurrence>>([])
    private let signal = WakeSignal()
    private let registry: MetricsRegistry
    private static let bound = 1000

    init(registry: MetricsRegistry) { self.registry = registry }

    func put(_ occurrence: Occurrence) {
        let isAccepted = waiting.withLock { waiting in
            guard waiting.count < Self.bound else { return false }
            waiting.append(occurrence)
            return true
        }
        if isAccepted { signal.notify() } else { countDropped("queue_full") }
    }

    /// Waits for the next one; nil when the task was canceled.
    func next() async -> Occurrence? {
        while !Task.isCancelled {
            if let occurrence = waiting.withLock({ $0.popFirst() }) { return occurrence }
            guard await signal.wait() else { return nil }
        }
        return nil
    }

    func countDropped(_ why: String) {
        registry.counter("events_dropped_total", help: "Events that were not written", labels: ["why": why]).increment(
            by: UInt64(1)
        )
    }
}
