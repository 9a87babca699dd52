// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient

/// A bounded number of slots; whoever wants one waits in line.
package final class SlotPool: Sendable {
    private struct State {
        var free: Int
        var waiters = WaiterQueue<Bool>()
    }

    private let state: Locked<State>

    package init(count: Int) {
        state = Locked(State(free: max(1, count)))
    }

    /// Takes a slot, waiting for one. False when the task was canceled first.
    package func acquire() async -> Bool {
        let id = state.withLock { $0.waiters.makeID() }
        defer { state.withLock { $0.waiters.forget(id) } }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { (waiter: WaiterQueue<Bool>.Continuation) in
                let answer: Bool? = state.withLock { state in
                    if state.waiters.isCanceled(id) { return false }
                    if state.free > 0 {
                        state.free -= 1
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

    /// Gives a slot back.
    package func release() {
        let waiter = state.withLock { state in
            if let waiter = state.waiters.popFirst() { return Optional(waiter) }
            state.free += 1
            return nil
        }
        waiter?.resume(returning: true)
    }
}
