// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import DequeModule
import KubernetesClient

/// What a watch looks at.
package struct WatchScope: Sendable, Hashable {
    /// Nil for everything.
    package var resource: ResourceID?
    /// Nil for all namespaces.
    package var namespace: String?

    package init(resource: ResourceID? = nil, namespace: String? = nil) {
        self.resource = resource
        self.namespace = namespace
    }

    package func contains(_ key: StorageKey) -> Bool {
        if let resource, key.resourceID != resource { return false }
        if let namespace, key.namespace != namespace { return false }
        return true
    }
}

/// The beginning of a watch.
package struct WatchStart: Sendable {
    package let feed: WatchFeed
    /// The state at `revision`, when it was asked for.
    package let entries: [ObjectEntry]
    package let revision: UInt64
}

/// Why a watch cannot begin.
package enum WatchStartError: Error {
    /// History before `oldest` is gone.
    case expired(oldest: UInt64)
}

/// The changes that wait for one watcher. One reader.
///
/// Bound: `capacity` changes, which share their objects with the store. A watcher that lets more wait is dropped: its feed ends, and
/// the client resumes from the last version that it has seen.
package final class WatchFeed: Sendable {
    private struct State {
        var pending: Deque<StoreChange> = []
        var waiter: CheckedContinuation<Void, Never>?
        var hasEnded = false
    }

    /// What `next` found.
    package enum Batch: Sendable {
        case changes([StoreChange])
        /// No more will come.
        case ended
        /// The deadline has passed, or the task was cancelled.
        case nothing
    }

    private let state = Locked(State())
    private let capacity: Int

    init(capacity: Int) { self.capacity = capacity }

    var hasEnded: Bool { state.withLock { $0.hasEnded } }

    /// Puts in what the watcher has missed, whatever its length; before the feed is handed out.
    func preload(_ changes: [StoreChange]) { state.withLock { $0.pending.append(contentsOf: changes) } }

    /// Adds a change. Returns false when the feed is over.
    func push(_ change: StoreChange) -> Bool {
        let (isOpen, waiter): (Bool, CheckedContinuation<Void, Never>?) = state.withLock { state in
            guard !state.hasEnded else { return (false, nil) }
            let fits = state.pending.count < capacity
            if fits {
                state.pending.append(change)
            } else {
                state.hasEnded = true
                state.pending.removeAll()
            }
            defer { state.waiter = nil }
            return (fits, state.waiter)
        }
        waiter?.resume()
        return isOpen
    }

    /// Ends the feed; what is pending can still be read.
    package func end() {
        let waiter = state.withLock { state in
            state.hasEnded = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// The changes that wait now.
    package func take() -> Batch {
        state.withLock { state in
            if state.pending.isEmpty { return state.hasEnded ? .ended : .nothing }
            defer { state.pending.removeAll(keepingCapacity: false) }
            return .changes(Array(state.pending))
        }
    }

    /// Waits until there is something, or until `deadline` on the clock.
    package func next(until deadline: Duration?, clock: ClusterClock) async -> Batch {
        if case let batch = take(), !batch.isNothing { return batch }
        if let deadline {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.wait() }
                group.addTask { await clock.wait(until: deadline) }
                await group.next()
                group.cancelAll()
            }
        } else {
            await wait()
        }
        return take()
    }

    /// Returns when something is pending, the feed has ended, or the task is cancelled.
    private func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    guard state.pending.isEmpty, !state.hasEnded, !Task.isCancelled else { return true }
                    state.waiter = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume()
        }
    }
}

extension WatchFeed.Batch {
    fileprivate var isNothing: Bool { if case .nothing = self { true } else { false } }
}
