// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import DequeModule
import KubernetesClient

/// Lets so many calls of webhooks run at one time; the others wait in the order in which they came.
final class WebhookGate: Sendable {
    private struct Waiter {
        var id: Int
        var continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var free: Int
        var lastID = 0
        var waiters: Deque<Waiter> = []
        /// Cancelled before they waited.
        var canceled: Set<Int> = []
    }

    private let state: Locked<State>

    init(limit: Int) { state = Locked(State(free: max(1, limit))) }

    /// Runs `body` when there is room; nil when the task was cancelled before that.
    func run<Result: Sendable>(_ body: () async -> Result) async -> Result? {
        guard await enter() else { return nil }
        defer { leave() }
        return await body()
    }

    private func enter() async -> Bool {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        let entered = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
                let answer: Bool? = state.withLock { state in
                    if state.canceled.remove(id) != nil { return false }
                    guard state.free == 0 else {
                        state.free -= 1
                        return true
                    }
                    state.waiters.append(Waiter(id: id, continuation: continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter: Waiter? = state.withLock { state in
                if let index = state.waiters.firstIndex(where: { $0.id == id }) { return state.waiters.remove(at: index) }
                state.canceled.insert(id)
                return nil
            }
            waiter?.continuation.resume(returning: false)
        }
        state.withLock { _ = $0.canceled.remove(id) }
        return entered
    }

    private func leave() {
        let next: Waiter? = state.withLock { state in
            guard let next = state.waiters.popFirst() else {
                state.free += 1
                return nil
            }
            return next
        }
        next?.continuation.resume(returning: true)
    }
}
