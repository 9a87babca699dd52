// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient

/// A wake-up with one slot: any number of `notify` calls before a `wait` are one wake-up.
package final class WakeSignal: Sendable {
    private struct State {
        var isSet = false
        var waiters = WaiterQueue<Bool>()
    }

    private let state = Locked(State())

    package init() {}

    /// Wakes one waiter, or the next one to come.
    package func notify() {
        let waiter = state.withLock { state in
            if let waiter = state.waiters.popFirst() { return Optional(waiter) }
            state.isSet = true
            return nil
        }
        waiter?.resume(returning: true)
    }

    /// Returns true at the next wake-up, false when the task is canceled.
    package func wait() async -> Bool {
        let id = state.withLock { $0.waiters.makeID() }
        defer { state.withLock { $0.waiters.forget(id) } }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { (waiter: WaiterQueue<Bool>.Continuation) in
                let answer: Bool? = state.withLock { state in
                    if state.waiters.isCanceled(id) { return false }
                    if state.isSet {
                        state.isSet = false
                        return true
                    }
                    state.waiters.insert(waiter, id: id)
                    return nil
                }
                if let answer { waiter.resume(returning: answer) }
            }
        } onCancel: {
            state.withLock { $0.waiters.cancel(id) }?.resume(returning: false)
        }
    }
}
