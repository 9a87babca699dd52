// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient

/// What happened, in order, for a test that waits for it.
final class Calls<Value: Sendable>: Sendable {
    private struct State {
        var values: [Value] = []
        var waiters: [CheckedContinuation<Value, Never>] = []
    }

    private let state = Locked(State())

    func put(_ value: Value) {
        let waiter = state.withLock { state in
            if !state.waiters.isEmpty { return Optional(state.waiters.removeFirst()) }
            state.values.append(value)
            return nil
        }
        waiter?.resume(returning: value)
    }

    /// The next thing that happens, waiting for it.
    func next() async -> Value {
        await withCheckedContinuation { waiter in
            let value = state.withLock { state in
                if !state.values.isEmpty { return Optional(state.values.removeFirst()) }
                state.waiters.append(waiter)
                return nil
            }
            if let value { waiter.resume(returning: value) }
        }
    }

    /// What has happened and not been taken.
    var rest: [Value] { state.withLock { Array($0.values) } }
}
