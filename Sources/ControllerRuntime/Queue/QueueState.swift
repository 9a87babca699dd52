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

    private var numbers = KeyNumbers<Key>()
    /// By the key's number; nil for a number that no key has.
    private var phases: [Phase?] = []
    private var order: Deque<Int> = []
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
        let (number, isNew) = numbers.insert(key)
        if isNew {
            if number == phases.count { phases.append(.queued(since: now)) } else { phases[number] = .queued(since: now) }
            order.append(number)
            return .queued
        }
        switch phases[number] {
        case nil, .queued, .processing(_, .some), .parked(.some): break
        case .processing(let since, nil):
            phases[number] = .processing(since: since, addedAgain: now)
            comingAgainCount += 1
        case .parked(nil):
            phases[number] = .parked(addedAgain: now)
            comingAgainCount += 1
        }
        return .merged
    }

    /// Hands out the key that has waited longest, and locks it.
    package mutating func take(now: MonotonicInstant) -> Taken? {
        guard let number = order.popFirst(), case .queued(let since) = phases[number], let key = numbers.key(number) else {
            return nil
        }
        phases[number] = .processing(since: now, addedAgain: nil)
        processingCount += 1
        return Taken(key: key, waited: since.duration(to: now))
    }

    /// The work on `key` has ended; a key that was added meanwhile waits again. Returns how long the work took, nil when the key was not
    /// worked on (then nothing happens).
    package mutating func finish(_ key: Key, now: MonotonicInstant) -> Duration? {
        guard let number = numbers.number(of: key), case .processing(let since, let addedAgain) = phases[number] else {
            return nil
        }
        processingCount -= 1
        unlock(number, addedAgain: addedAgain)
        return since.duration(to: now)
    }

    /// The work on `key` has ended, but it stays locked until `unpark`. Returns how long the work took.
    package mutating func park(_ key: Key, now: MonotonicInstant) -> Duration? {
        guard let number = numbers.number(of: key), case .processing(let since, let addedAgain) = phases[number] else {
            return nil
        }
        processingCount -= 1
        parkedCount += 1
        phases[number] = .parked(addedAgain: addedAgain)
        return since.duration(to: now)
    }

    /// Unlocks a parked key. False when it was not parked.
    @discardableResult
    package mutating func unpark(_ key: Key) -> Bool {
        guard let number = numbers.number(of: key), case .parked(let addedAgain) = phases[number] else { return false }
        parkedCount -= 1
        unlock(number, addedAgain: addedAgain)
        return true
    }

    /// No more adds. `.dropPending` also forgets what waits and what would come again.
    package mutating func shutDown(_ mode: ShutDownMode) {
        isShutDown = true
        guard mode == .dropPending else { return }
        for number in order {
            phases[number] = nil
            numbers.remove(number)
        }
        order.removeAll()
        comingAgainCount = 0
        for number in phases.indices {
            switch phases[number] {
            case nil, .queued: break
            case .processing(let since, _): phases[number] = .processing(since: since, addedAgain: nil)
            case .parked: phases[number] = .parked(addedAgain: nil)
            }
        }
    }

    /// How long the running work has taken so far: in sum, and the longest.
    package func unfinishedWork(now: MonotonicInstant) -> (total: Duration, longest: Duration) {
        var total = Duration.zero
        var longest = Duration.zero
        guard processingCount > 0 else { return (total, longest) }
        for case .processing(let since, _) in phases {
            let age = since.duration(to: now)
            total += age
            longest = max(longest, age)
        }
        return (total, longest)
    }

    private mutating func unlock(_ number: Int, addedAgain: MonotonicInstant?) {
        if let addedAgain {
            comingAgainCount -= 1
            phases[number] = .queued(since: addedAgain)
            order.append(number)
        } else {
            phases[number] = nil
            numbers.remove(number)
        }
    }
}
