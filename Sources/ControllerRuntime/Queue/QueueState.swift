// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import DequeModule

/// Which keys wait, which are being worked on, and which come again: client-go's `queue`, `dirty` and `processing` sets as one table.
///
/// Invariants:
/// - a key is in `order` exactly once when its phase is `.queued`, else not at all;
/// - a key that is worked on or parked is never handed out; an add in that time is kept and makes it queued when the work ends;
/// - so after an accepted `add`, a later `take` returns the key, unless the queue is shut down dropping what is pending.
package struct QueueState<Key: Hashable & Sendable>: Sendable {
    enum Phase: Sendable, Equatable {
        case queued(since: MonotonicInstant)
        case processing(since: MonotonicInstant, addedAgain: MonotonicInstant?)
        /// The work has ended, but the key stays locked until its controller's cache has caught up with what was written.
        case parked(addedAgain: MonotonicInstant?)
    }

    package enum AddOutcome: Sendable, Equatable {
        /// The key waits now.
        case queued
        /// The key waited already, or will come again after the work in progress.
        case merged
        /// The queue is shut down.
        case refused
    }

    package enum ShutDownMode: Sendable, Equatable {
        /// What waits is still handed out.
        case drain
        /// What waits is dropped.
        case dropPending
    }

    package struct Taken: Sendable, Equatable {
        package let key: Key
        /// How long the key waited.
        package let waited: Duration
    }

    private(set) var phases: [Key: Phase] = [:]
    private var order: Deque<Key> = []
    package private(set) var isShutDown = false
    package private(set) var processingCount = 0
    package private(set) var parkedCount = 0
    /// How many locked keys wait again as soon as they are unlocked.
    private var comingAgainCount = 0

    package init() {}

    /// How many keys wait.
    package var depth: Int { order.count }

    /// Shut down, and nothing is left to hand out. Keys that are worked on and come again count as left to hand out.
    package var isExhausted: Bool { isShutDown && order.isEmpty && comingAgainCount == 0 }

    /// Asks for `key` to be worked on.
    package mutating func add(_ key: Key, now: MonotonicInstant) -> AddOutcome {
        if isShutDown { return .refused }
        guard let index = phases.index(forKey: key) else {
            phases[key] = .queued(since: now)
            order.append(key)
            return .queued
        }
        switch phases.values[index] {
        case .queued, .processing(_, .some), .parked(.some): break
        case .processing(let since, nil):
            phases.values[index] = .processing(since: since, addedAgain: now)
            comingAgainCount += 1
        case .parked(nil):
            phases.values[index] = .parked(addedAgain: now)
            comingAgainCount += 1
        }
        return .merged
    }

    /// Hands out the key that has waited longest, and locks it.
    package mutating func take(now: MonotonicInstant) -> Taken? {
        guard let key = order.popFirst(), let index = phases.index(forKey: key), case .queued(let since) = phases.values[index]
        else {
            return nil
        }
        phases.values[index] = .processing(since: now, addedAgain: nil)
        processingCount += 1
        return Taken(key: key, waited: since.duration(to: now))
    }

    /// The work on `key` has ended; a key that was added meanwhile waits again. Returns how long the work took, nil when the key was not
    /// worked on (then nothing happens).
    package mutating func finish(_ key: Key, now: MonotonicInstant) -> Duration? {
        guard let index = phases.index(forKey: key), case .processing(let since, let addedAgain) = phases.values[index] else {
            return nil
        }
        processingCount -= 1
        unlock(key, at: index, addedAgain: addedAgain)
        return since.duration(to: now)
    }

    /// The work on `key` has ended, but it stays locked until `unpark`. Returns how long the work took.
    package mutating func park(_ key: Key, now: MonotonicInstant) -> Duration? {
        guard let index = phases.index(forKey: key), case .processing(let since, let addedAgain) = phases.values[index] else {
            return nil
        }
        processingCount -= 1
        parkedCount += 1
        phases.values[index] = .parked(addedAgain: addedAgain)
        return since.duration(to: now)
    }

    /// Unlocks a parked key. False when it was not parked.
    @discardableResult
    package mutating func unpark(_ key: Key) -> Bool {
        guard let index = phases.index(forKey: key), case .parked(let addedAgain) = phases.values[index] else { return false }
        parkedCount -= 1
        unlock(key, at: index, addedAgain: addedAgain)
        return true
    }

    /// No more adds. `.dropPending` also forgets what waits and what would come again.
    package mutating func shutDown(_ mode: ShutDownMode) {
        isShutDown = true
        guard mode == .dropPending else { return }
        order.removeAll()
        comingAgainCount = 0
        phases = phases.compactMapValues { phase in
            switch phase {
            case .queued: nil
            case .processing(let since, _): .processing(since: since, addedAgain: nil)
            case .parked: .parked(addedAgain: nil)
            }
        }
    }

    /// How long the running work has taken so far: in sum, and the longest.
    package func unfinishedWork(now: MonotonicInstant) -> (total: Duration, longest: Duration) {
        var total = Duration.zero
        var longest = Duration.zero
        guard processingCount > 0 else { return (total, longest) }
        for case .processing(let since, _) in phases.values {
            let age = since.duration(to: now)
            total += age
            longest = max(longest, age)
        }
        return (total, longest)
    }

    private mutating func unlock(_ key: Key, at index: Dictionary<Key, Phase>.Index, addedAgain: MonotonicInstant?) {
        if let addedAgain {
            comingAgainCount -= 1
            phases.values[index] = .queued(since: addedAgain)
            order.append(key)
        } else {
            phases.remove(at: index)
        }
    }
}
