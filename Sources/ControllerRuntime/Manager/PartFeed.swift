// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient

/// The parts of one scope in the order in which they came: those that are there when it begins, and those that are added while it lasts.
/// Read by one task. Bound: the parts that the manager has.
final class PartFeed<Part: Sendable>: Sendable {
    private struct State {
        var waiting: [Part]
        var taken: [Part] = []
        var isClosed = false
    }

    private let state: Locked<State>
    private let hasMore = WakeSignal()

    init(_ parts: [Part]) { state = Locked(State(waiting: parts)) }

    /// One more part. Nothing happens when the feed is closed.
    func add(_ part: Part) {
        state.withLock { if !$0.isClosed { $0.waiting.append(part) } }
        hasMore.notify()
    }

    /// The next part, waiting for one; nil when the feed is closed or the task is canceled.
    func next() async -> Part? {
        while true {
            if Task.isCancelled { return nil }
            let (part, isClosed): (Part?, Bool) = state.withLock { state in
                guard !state.isClosed, !state.waiting.isEmpty else { return (nil, state.isClosed) }
                let part = state.waiting.removeFirst()
                state.taken.append(part)
                return (part, false)
            }
            if let part { return part }
            guard !isClosed, await hasMore.wait() else { return nil }
        }
    }

    /// Hands out no more.
    ///
    /// - Returns: What has been handed out.
    @discardableResult
    func close() -> [Part] {
        defer { hasMore.notify() }
        return state.withLock { state in
            state.isClosed = true
            state.waiting = []
            return state.taken
        }
    }
}
