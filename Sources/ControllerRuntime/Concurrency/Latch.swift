// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient

/// A gate that opens once, with a value, and stays open. Everyone who waits gets that value.
package final class Latch<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var waiters = WaiterQueue<Value?>()
    }

    private let state = Locked(State())

    package init() {}

    /// The value, once open.
    package var value: Value? { state.withLock { $0.value } }

    /// Opens the gate. Only the first call counts; the answer says whether this was it.
    @discardableResult
    package func open(_ value: Value) -> Bool {
        let waiters: [WaiterQueue<Value?>.Waiter]? = state.withLock { state in
            if state.value != nil { return nil }
            state.value = value
            return state.waiters.removeAll()
        }
        guard let waiters else { return false }
        for waiter in waiters { waiter.resume(returning: value) }
        return true
    }

    /// Suspends until the gate is open. Nil when the task was canceled first.
    package func wait() async -> Value? {
        let id = state.withLock { $0.waiters.makeID() }
        defer { state.withLock { $0.waiters.forget(id) } }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { (waiter: WaiterQueue<Value?>.Continuation) in
                let answer: Value?? = state.withLock { state in
                    if let value = state.value { return .some(value) }
                    if state.waiters.isCanceled(id) { return .some(nil) }
                    state.waiters.insert(waiter, id: id)
                    return nil
                }
                if let answer { waiter.resume(returning: answer) }
            }
        } onCancel: {
            state.withLock { $0.waiters.cancel(id) }?.resume(returning: nil)
        }
    }

    /// Suspends until the gate is open, also when the task is canceled: only for a gate that is sure to open.
    package func waitIgnoringCancellation() async -> Value {
        let opened = await withCheckedContinuation { (continuation: CheckedContinuation<Value?, Never>) in
            let answer: Value? = state.withLock { state in
                if let value = state.value { return value }
                let id = state.waiters.makeID()
                state.waiters.insert(continuation, id: id)
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
        guard let opened else { preconditionFailure("only a waiter that can be canceled is resumed without a value") }
        return opened
    }
}
