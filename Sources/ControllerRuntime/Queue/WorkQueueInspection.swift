// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// What a queue held at one moment.
package struct WorkQueueInspection<Key: Hashable & Sendable>: Sendable {
    package let now: MonotonicInstant
    package let depth: Int
    package let held: Int
    package let delayed: Int
    package let processing: Int
    package let parked: Int
    package let waiting: [QueueEntry<Key>]
    package let locked: [QueueEntry<Key>]
    package let later: [(due: DelayedAdds<Key>.Due, at: MonotonicInstant)]
}
