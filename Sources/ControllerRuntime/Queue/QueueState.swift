// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Which keys wait, which are being worked on, and which come again: client-go's `queue`, `dirty` and `processing` sets as one table, with
/// the priorities of controller-runtime's priority queue.
///
/// Invariants:
/// - a key is in `order` exactly once when its phase is `.queued`, else not at all;
/// - a key that is worked on or parked is never handed out; an add in that time is kept and makes it queued when the work ends;
/// - a key whose window has not ended is not handed out before that; then it is queued, if it was added meanwhile;
/// - so after an accepted `add`, a later `take` returns the key, unless the queue is shut down dropping what is pending;
/// - an add raises the priority of a key that waits, and never lowers it; a raised key goes behind the others of its new priority.
package struct QueueState<Key: Hashable & Sendable>: Sendable {
    private enum Phase: Sendable {
        /// The number has no key.
        case unused
        case queued(Asked)
        case processing(Asked, since: MonotonicInstant, again: Asked?)
        /// The work has ended, but the key stays locked until its controller's cache has caught up with what was written.
        case parked(taken: MonotonicInstant, again: Asked?)
        /// It was added within the window of its last hand-out, and waits for the window's end.
        case held(Asked)
        /// Nobody wants it, but its window has not ended.
        case resting
    }

    /// Plain bits: a queue moves them for each key.
    private struct Asked: Sendable {
        /// Since the first add.
        let since: MonotonicInstant
        /// The highest of all adds.
        var priority: Int
    }

    private struct Slot: Sendable {
        var phase = Phase.unused
        var flow = 0
    }

    package enum AddOutcome: Sendable, Equatable {
        /// The key waits now.
        case queued
        /// The key waits for the end of its window: `nextWindowEnd` may have changed.
        case held
        /// The key waited already, or will come again after the work in progress.
        case merged
        /// The queue is shut down.
        case refused
    }

    package enum ShutDownMode: Sendable, Equatable {
        /// What waits is still handed out, and what is held at once.
        case drain
        /// What waits is dropped.
        case dropPending
    }

    package struct Taken: Sendable, Equatable {
        package let key: Key
        /// How long the key waited.
        package let waited: Duration
        package let priority: Int
        package let causes: ReconcileCauses?
    }

    private var numbers = KeyNumbers<Key>()
    /// By the key's number.
    private var slots: [Slot] = []
    private var causes = CauseTable()
    private var order: PriorityOrder
    private var flows: FlowNumbers
    private let window: Duration
    /// The ends of the windows, by the key's number. Bound: keys handed out within the last window, or before it
    /// when nothing has been done since.
    private var windowEnds = DeadlineHeap<Int>()
    package private(set) var heldCount = 0
    package private(set) var isShutDown = false
    package private(set) var processingCount = 0
    package private(set) var parkedCount = 0
    /// How many locked keys wait again as soon as they are unlocked.
    private var comingAgainCount = 0

    package init(_ options: WorkQueueOptions<Key> = WorkQueueOptions()) {
        order = PriorityOrder(overtakingLimit: options.overtakingLimit)
        flows = FlowNumbers(areUsed: options.flow != nil)
        window = options.coalescingWindow
    }

    /// How many keys wait for nothing but a worker.
    package var depth: Int { order.count }

    /// How many keys wait for a worker at each priority that has any, the highest first.
    package var depths: [(priority: Int, count: Int)] { order.depths }

    /// Shut down, and nothing is left to hand out. Keys that are worked on and come again count as left to hand out.
    package var isExhausted: Bool { isShutDown && order.isEmpty && comingAgainCount == 0 }

    /// When `endWindows` has something to do next; nil when no key is held.
    package mutating func nextWindowEnd() -> MonotonicInstant? { heldCount > 0 ? windowEnds.nextDeadline() : nil }

    // MARK: Adding

    /// Asks for `key` to be worked on.
    ///
    /// - Parameter flow: Always the same for a key; it counts only if the options say that there are flows.
    package mutating func add(
        _ key: Key,
        flow: String = "",
        priority: Int = WorkPriority.normal,
        causes: ReconcileCauses? = nil,
        now: MonotonicInstant
    ) -> AddOutcome {
        if isShutDown { return .refused }
        let (number, isNew) = numbers.insert(key)
        self.causes.ask(number, causes)
        let asked = Asked(since: now, priority: priority)
        guard isNew else { return merge(asked, into: number) }
        let flow = flows.enter(flow)
        if number == slots.count { slots.append(Slot()) }
        slots[number] = Slot(phase: .queued(asked), flow: flow)
        order.insert(number, priority: priority, flow: flow)
        return .queued
    }

    private mutating func merge(_ asked: Asked, into number: Int) -> AddOutcome {
        let slot = slots[number]
        switch slot.phase {
        case .queued(var present):
            guard asked.priority > present.priority else { return .merged }
            order.remove(number, priority: present.priority, flow: slot.flow)
            order.insert(number, priority: asked.priority, flow: slot.flow)
            present.priority = asked.priority
            slots[number].phase = .queued(present)
        case .held(var present):
            present.priority = max(present.priority, asked.priority)
            slots[number].phase = .held(present)
        case .processing(let work, let since, let again):
            let again = comesAgain(again, asked)
            slots[number].phase = .processing(work, since: since, again: again)
        case .parked(let taken, let again):
            let again = comesAgain(again, asked)
            slots[number].phase = .parked(taken: taken, again: again)
        case .resting:
            if let end = windowEnds[number], end <= asked.since {
                windowEnds.cancel(number)
                enqueue(number, asked)
                return .queued
            }
            slots[number].phase = .held(asked)
            heldCount += 1
            return .held
        case .unused: break
        }
        return .merged
    }

    private mutating func comesAgain(_ again: Asked?, _ asked: Asked) -> Asked {
        guard var again else {
            comingAgainCount += 1
            return asked
        }
        again.priority = max(again.priority, asked.priority)
        return again
    }

    // MARK: Working

    /// Hands out the key whose turn it is by `PriorityOrder`, and locks it.
    package mutating func take(now: MonotonicInstant) -> Taken? {
        guard let number = order.popFirst(), case .queued(let asked) = slots[number].phase, let key = numbers.key(number) else {
            return nil
        }
        slots[number].phase = .processing(asked, since: now, again: nil)
        processingCount += 1
        let causes = causes.start(number)
        return Taken(key: key, waited: asked.since.duration(to: now), priority: asked.priority, causes: causes)
    }

    /// The work on `key` has ended; a key that was added meanwhile waits again. Returns how long the work took, nil when the key was not
    /// worked on (then nothing happens).
    package mutating func finish(_ key: Key, now: MonotonicInstant) -> Duration? {
        guard let number = numbers.number(of: key), case .processing(_, let since, let again) = slots[number].phase else {
            return nil
        }
        processingCount -= 1
        causes.finish(number)
        unlock(number, again: again, taken: since, now: now)
        return since.duration(to: now)
    }

    /// The work on `key` has ended, but it stays locked until `unpark`. Returns how long the work took.
    package mutating func park(_ key: Key, now: MonotonicInstant) -> Duration? {
        guard let number = numbers.number(of: key), case .processing(_, let since, let again) = slots[number].phase else {
            return nil
        }
        processingCount -= 1
        parkedCount += 1
        causes.finish(number)
        slots[number].phase = .parked(taken: since, again: again)
        return since.duration(to: now)
    }

    /// Unlocks a parked key. False when it was not parked.
    @discardableResult
    package mutating func unpark(_ key: Key, now: MonotonicInstant) -> Bool {
        guard let number = numbers.number(of: key), case .parked(let taken, let again) = slots[number].phase else {
            return false
        }
        parkedCount -= 1
        unlock(number, again: again, taken: taken, now: now)
        return true
    }

    private mutating func unlock(_ number: Int, again: Asked?, taken: MonotonicInstant, now: MonotonicInstant) {
        if again != nil { comingAgainCount -= 1 }
        if window > .zero, !isShutDown {
            endWindows(now: now)
            let end = taken.advanced(by: window)
            if end > now {
                windowEnds.schedule(number, at: end)
                if again != nil { heldCount += 1 }
                slots[number].phase = again.map { .held($0) } ?? .resting
                return
            }
        }
        if let again { enqueue(number, again) } else { forget(number) }
    }

    private mutating func enqueue(_ number: Int, _ asked: Asked) {
        slots[number].phase = .queued(asked)
        order.insert(number, priority: asked.priority, flow: slots[number].flow)
    }

    private mutating func forget(_ number: Int) {
        flows.leave(slots[number].flow)
        causes.forgetAsked(number)
        slots[number].phase = .unused
        numbers.remove(number)
    }

    // MARK: Windows

    /// Queues the held keys whose windows have ended, and forgets the resting ones. Returns how many were queued.
    @discardableResult
    package mutating func endWindows(now: MonotonicInstant) -> Int {
        var queued = 0
        while let number = windowEnds.popDue(at: now) {
            if case .held(let asked) = slots[number].phase {
                heldCount -= 1
                queued += 1
                enqueue(number, asked)
            } else {
                forget(number)
            }
        }
        return queued
    }

    // MARK: Ending

    /// No more adds. `.dropPending` also forgets what waits and what would come again. It may follow `.drain`.
    ///
    /// - Returns: How many keys were dropped.
    @discardableResult
    package mutating func shutDown(_ mode: ShutDownMode) -> Int {
        isShutDown = true
        endWindows(now: .distantFuture)
        guard mode == .dropPending else { return 0 }
        let dropped = order.count + comingAgainCount
        for number in order.numbers { forget(number) }
        order.removeAll()
        comingAgainCount = 0
        for number in slots.indices {
            switch slots[number].phase {
            case .processing(let work, let since, .some):
                causes.forgetAsked(number)
                slots[number].phase = .processing(work, since: since, again: nil)
            case .parked(let taken, .some):
                causes.forgetAsked(number)
                slots[number].phase = .parked(taken: taken, again: nil)
            case .processing, .parked, .unused, .queued, .held, .resting: break
            }
        }
        return dropped
    }

    // MARK: Looking

    /// How long the running work has taken so far: in sum, and the longest.
    package func unfinishedWork(now: MonotonicInstant) -> (total: Duration, longest: Duration) {
        var total = Duration.zero
        var longest = Duration.zero
        guard processingCount > 0 else { return (total, longest) }
        for case .processing(_, let since, _) in slots.lazy.map(\.phase) {
            let age = since.duration(to: now)
            total += age
            longest = max(longest, age)
        }
        return (total, longest)
    }

    /// The keys that wait, in the order of their priorities and flows, then those that are held, at most `limit`.
    package func waiting(limit: Int) -> [QueueEntry<Key>] {
        let queued = order.numbers.prefix(limit).compactMap(entry)
        guard heldCount > 0, queued.count < limit else { return queued }
        let held = slots.indices.lazy.filter { if case .held = slots[$0].phase { true } else { false } }
        return queued + held.prefix(limit - queued.count).compactMap(entry)
    }

    /// The keys that are worked on or parked, at most `limit`.
    package func locked(limit: Int) -> [QueueEntry<Key>] {
        guard processingCount + parkedCount > 0 else { return [] }
        let locked = slots.indices.lazy.filter {
            switch slots[$0].phase {
            case .processing, .parked: true
            case .unused, .queued, .held, .resting: false
            }
        }
        return locked.prefix(limit).compactMap(entry)
    }

    private func entry(_ number: Int) -> QueueEntry<Key>? {
        let slot = slots[number]
        guard let key = numbers.key(number) else { return nil }
        func entry(
            _ state: QueueEntry<Key>.State,
            _ priority: Int,
            since: MonotonicInstant,
            causes: ReconcileCauses?,
            comesAgain: Bool = false
        ) -> QueueEntry<Key> {
            QueueEntry(
                key: key,
                state: state,
                flow: flows.name(slot.flow),
                priority: priority,
                causes: causes ?? ReconcileCauses(),
                since: since,
                comesAgain: comesAgain
            )
        }
        switch slot.phase {
        case .queued(let asked): return entry(.queued, asked.priority, since: asked.since, causes: causes.asked(number))
        case .held(let asked): return entry(.held, asked.priority, since: asked.since, causes: causes.asked(number))
        case .processing(let work, let since, let again):
            return entry(.processing, work.priority, since: since, causes: causes.working(number), comesAgain: again != nil)
        case .parked(let taken, let again):
            let priority = again?.priority ?? WorkPriority.normal
            return entry(.parked, priority, since: taken, causes: causes.asked(number), comesAgain: again != nil)
        case .unused, .resting: return nil
        }
    }
}
