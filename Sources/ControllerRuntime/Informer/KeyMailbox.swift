// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import OrderedCollections

/// Changed keys that a subscriber has not read yet: each at most once, however often it changed.
///
/// Bound: the live keys and as many dead ones, but at least 1024; past that the mailbox is emptied and the next batch is a complete one.
final class KeyMailbox: Sendable {
    private struct State {
        var keys: OrderedSet<ObjectKey> = []
        var isOverflown = false
        var isClosed = false
    }

    private let state = Locked(State())
    private let signal = WakeSignal()

    /// Puts keys in; `liveKeys` is how many objects the store has.
    func put(_ keys: some Sequence<ObjectKey>, liveKeys: Int) {
        state.withLock { state in
            if state.isOverflown { return }
            state.keys.append(contentsOf: keys)
            if state.keys.count > max(1024, 2 * liveKeys) {
                state.keys = []
                state.isOverflown = true
            }
        }
        signal.notify()
    }

    /// No more keys will come.
    func close() {
        state.withLock { $0.isClosed = true }
        signal.notify()
    }

    /// Waits for keys and takes all. Nil when closed and empty, or when the task was canceled.
    func take(complete: () -> [ObjectKey]) async -> ChangedKeys? {
        while true {
            let (batch, isClosed) = state.withLock { state in
                defer {
                    state.keys = []
                    state.isOverflown = false
                }
                return ((keys: Array(state.keys), isOverflown: state.isOverflown), state.isClosed)
            }
            if batch.isOverflown { return ChangedKeys(keys: complete(), isComplete: true) }
            if !batch.keys.isEmpty { return ChangedKeys(keys: batch.keys, isComplete: false) }
            if isClosed { return nil }
            guard await signal.wait() else { return nil }
        }
    }
}
