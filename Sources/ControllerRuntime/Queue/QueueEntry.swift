// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// A key as a queue shows it.
package struct QueueEntry<Key: Hashable & Sendable>: Sendable {
    package enum State: String, Sendable {
        /// It waits for a worker.
        case queued
        /// It waits for the end of its window.
        case held
        /// It is being worked on.
        case processing
        /// It waits for a cache that has not seen what was written.
        case parked
    }

    package let key: Key
    package let state: State
    /// Nil when the queue has no flows.
    package let flow: String?
    package let priority: Int
    package let causes: ReconcileCauses
    /// Since when it waits, or is worked on.
    package let since: MonotonicInstant
    /// Whether it was added while it was locked.
    package let comesAgain: Bool
}
