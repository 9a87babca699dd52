// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import Synchronization

/// Keys that need work, each handed to one worker at a time.
///
/// What holds: a key that is added any number of times before its work starts is worked on once; a key that is added while it is worked on
/// is worked on again afterwards; two workers never have the same key; after an accepted add, the key is handed out later, unless the queue
/// is shut down dropping what waits. Higher priorities come first and flows take turns, within bounds that `WorkQueueOptions` states, so
/// that no key waits for ever. Adding never suspends. The queue holds each distinct key at most once, so its bound is the number of keys
/// that exist. However many keys are added, taken or due at once, the lock is held for a few hundred of them at most.
public final class WorkQueue<Key: Hashable & Sendable>: Sendable {
    private struct Core {
        var queue: QueueState<Key>
        var limiter: RateLimiter<Key>
        var delayed = DelayedAdds<Key>()
        var waiters = WaiterQueue<WorkItem<Key>?>()

        /// When something has to be done without anyone asking.
        mutating func nextDeadline() -> MonotonicInstant? {
            guard let windowEnd = queue.nextWindowEnd() else { return delayed.nextDeadline() }
            return min(windowEnd, delayed.nextDeadline() ?? .distantFuture)
        }
    }

    private typealias Waiter = WaiterQueue<WorkItem<Key>?>.Waiter

    private enum Answer {
        case item(WorkItem<Key>)
        case shutDown
        case nothingYet
    }

    private struct Handout {
        let waiter: Waiter
        let item: WorkItem<Key>
    }

    /// The name in metrics.
    public let name: String
    private let time: TimeSource
    private let timer: DeadlineTimer
    private let timerID: DeadlineTimer.ID
    private let drainTimerID: DeadlineTimer.ID
    private let metrics: WorkQueueMetrics
    private let flow: (@Sendable (Key) -> String)?
    private let core: HotLock<Core>
    private let collector = Locked<MetricsCollector?>(nil)

    /// An empty queue. Delayed adds come back only while the environment's timer runs.
    ///
    /// - Parameters:
    ///   - name: For metrics.
    ///   - options: Order and delays of the keys.
    public init(
        name: String,
        environment: RuntimeEnvironment = RuntimeEnvironment(),
        options: WorkQueueOptions<Key> = WorkQueueOptions()
    ) {
        self.name = name
        time = environment.time
        timer = environment.timer
        timerID = environment.timer.makeID()
        drainTimerID = environment.timer.makeID()
        metrics = WorkQueueMetrics(name: name, registry: environment.metrics)
        flow = options.flow
        let limiter = RateLimiter<Key>(backoff: options.backoff, random: environment.random)
        core = HotLock(Core(queue: QueueState(options), limiter: limiter))
        let registration = environment.metrics.onRender { [weak self] _ in self?.collectMetrics() }
        collector.withLock { $0 = registration }
    }

    /// An empty queue whose failing keys wait so long.
    public convenience init(name: String, environment: RuntimeEnvironment = RuntimeEnvironment(), backoff: ExponentialBackoff) {
        self.init(name: name, environment: environment, options: WorkQueueOptions(backoff: backoff))
    }

    /// How many keys wait for nothing but a worker.
    public var depth: Int { core.withLock { $0.queue.depth } }

    /// How many keys come later: delayed adds, and keys that wait for the end of their window.
    public var delayedCount: Int { core.withLock { $0.delayed.count + $0.queue.heldCount } }

    /// How many keys are being worked on.
    public var processingCount: Int { core.withLock { $0.queue.processingCount } }

    // MARK: Adding

    // The attributes have the compiler make a version for the usual key; generic code is many times slower.

    /// Asks for `key` to be worked on soon.
    ///
    /// - Parameters:
    ///   - priority: A key that waits at a lower one is raised to it, behind the others there; one that waits at a higher one stays.
    ///   - cause: Why; kept with the key, and told to who works on it.
    @_specialize(where Key == ObjectKey)
    public func add(_ key: Key, priority: Int = WorkPriority.normal, cause: ReconcileCause? = nil) {
        let now = time.now()
        let flow = flow?(key) ?? ""
        let causes = cause.map { ReconcileCauses(CollectionOfOne($0)) }
        let (outcome, handout, deadline) = core.withLock { core in
            let outcome = core.queue.add(key, flow: flow, priority: priority, causes: causes, now: now)
            return (
                outcome,
                outcome == .queued ? serveWaiter(&core, now: now) : nil,
                outcome == .held ? core.nextDeadline() : nil
            )
        }
        if outcome == .queued || outcome == .held { metrics.adds.increment() }
        if let deadline { arm(at: deadline) }
        handout?.waiter.resume(returning: handout?.item)
    }

    /// Asks for all of `keys` to be worked on soon, in this order.
    public func add(contentsOf keys: some Sequence<Key>, priority: Int = WorkPriority.normal) {
        addAll(Array(keys), priority: priority)
    }

    /// Asks for the keys of all additions to be worked on soon, in this order.
    public func add(contentsOf additions: some Sequence<KeyAddition<Key>>) { addAll(Array(additions)) }

    @_specialize(where Key == ObjectKey)
    private func addAll(_ additions: [KeyAddition<Key>]) {
        let now = time.now()
        for range in LockShare.ranges(of: additions.count) {
            // Outside of the lock, like all that is the user's.
            let prepared = additions[range].map { addition in
                let causes = addition.cause.map { ReconcileCauses(CollectionOfOne($0)) }
                return (addition: addition, flow: flow?(addition.key) ?? "", causes: causes)
            }
            let (handouts, added, deadline) = core.withLock { core in
                var handouts: [Handout] = []
                var added: UInt64 = 0
                var anyHeld = false
                for (addition, flow, causes) in prepared {
                    let outcome = core.queue.add(
                        addition.key,
                        flow: flow,
                        priority: addition.priority,
                        causes: causes,
                        now: now
                    )
                    switch outcome {
                    case .queued:
                        added += 1
                        if let handout = serveWaiter(&core, now: now) { handouts.append(handout) }
                    case .held:
                        added += 1
                        anyHeld = true
                    case .merged, .refused: break
                    }
                }
                return (handouts, added, anyHeld ? core.nextDeadline() : nil)
            }
            follow(handouts, added: added, deadline)
        }
    }

    @_specialize(where Key == ObjectKey)
    private func addAll(_ keys: [Key], priority: Int) {
        let now = time.now()
        for range in LockShare.ranges(of: keys.count) {
            let flows = flow.map { flow in keys[range].map(flow) }
            let (handouts, added, deadline) = core.withLock { core in
                var handouts: [Handout] = []
                var added: UInt64 = 0
                var anyHeld = false
                for index in range {
                    let flow = flows?[index - range.lowerBound] ?? ""
                    switch core.queue.add(keys[index], flow: flow, priority: priority, now: now) {
                    case .queued:
                        added += 1
                        if let handout = serveWaiter(&core, now: now) { handouts.append(handout) }
                    case .held:
                        added += 1
                        anyHeld = true
                    case .merged, .refused: break
                    }
                }
                return (handouts, added, anyHeld ? core.nextDeadline() : nil)
            }
            follow(handouts, added: added, deadline)
        }
    }

    private func follow(_ handouts: [Handout], added: UInt64, _ deadline: MonotonicInstant?) {
        if added > 0 { metrics.adds.increment(by: added) }
        if let deadline { arm(at: deadline) }
        for handout in handouts { handout.waiter.resume(returning: handout.item) }
    }

    /// Asks for `key` to be worked on after `delay`. Of several delayed adds of a key the earliest counts, with the highest priority and the
    /// causes of all; an add without delay does not take a delayed one back.
    public func add(_ key: Key, after delay: Duration, priority: Int = WorkPriority.normal, cause: ReconcileCause? = nil) {
        guard delay > .zero else { return add(key, priority: priority, cause: cause) }
        metrics.retries.increment()
        let deadline = time.now().advanced(by: delay)
        let causes = cause.map { ReconcileCauses(CollectionOfOne($0)) }
        let isAccepted = core.withLock { core in
            !core.queue.isShutDown && core.delayed.schedule(key, at: deadline, priority: priority, causes: causes)
        }
        if isAccepted { arm(at: deadline) }
    }

    /// Counts a failure of `key` and asks for it to be worked on after a wait that grows with each failure.
    ///
    /// - Returns: The wait.
    @discardableResult
    public func addRateLimited(_ key: Key, priority: Int = WorkPriority.normal, cause: ReconcileCause? = nil) -> Duration {
        let delay = core.withLock { $0.limiter.nextDelay(for: key) }
        add(key, after: delay, priority: priority, cause: cause)
        return delay
    }

    /// Starts the failure count of `key` from zero. It neither removes the key from the queue nor ends its work.
    public func forget(_ key: Key) { core.withLock { $0.limiter.forget(key) } }

    /// How often `key` has failed since it was last forgotten.
    public func failureCount(of key: Key) -> Int { core.withLock { $0.limiter.failureCount(of: key) } }

    // MARK: Working

    /// The key that has waited longest, nil when none waits. Whoever gets a key calls `done`.
    @_specialize(where Key == ObjectKey)
    public func takeIfReady() -> Key? {
        let now = time.now()
        guard let taken = core.withLock({ $0.queue.take(now: now) }) else { return nil }
        metrics.queueDuration.observe(taken.waited)
        return taken.key
    }

    /// The keys that have waited longest, at most `limit`, without waiting for any. Whoever gets keys calls `done` for each.
    @_specialize(where Key == ObjectKey)
    public func takeIfReady(upTo limit: Int) -> [Key] {
        let now = time.now()
        var keys: [Key] = []
        while keys.count < limit {
            let wanted = min(limit - keys.count, LockShare.limit)
            let taken = core.withLock { core in
                var taken: [Key] = []
                taken.reserveCapacity(min(wanted, core.queue.depth))
                while taken.count < wanted, let next = core.queue.take(now: now) {
                    metrics.queueDuration.observe(next.waited)
                    taken.append(next.key)
                }
                return taken
            }
            keys += taken
            if taken.count < wanted { break }
        }
        return keys
    }

    /// Waits for a key. Nil when the queue has been shut down and is empty, or the task was canceled.
    ///
    /// Whoever gets a key calls `done`, even when its task has been canceled meanwhile.
    public func next() async -> Key? { await nextItem()?.key }

    /// Waits for a key, and what is known of it. Nil when the queue has been shut down and is empty, or the task was canceled.
    ///
    /// Whoever gets a key calls `done`, even when its task has been canceled meanwhile.
    public func nextItem() async -> WorkItem<Key>? {
        if Task.isCancelled { return nil }
        let id = core.withLock { $0.waiters.makeID() }
        defer { core.withLock { $0.waiters.forget(id) } }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { (waiter: WaiterQueue<WorkItem<Key>?>.Continuation) in
                let now = time.now()
                let answer: Answer = core.withLock { core in
                    if core.waiters.isCanceled(id) { return .shutDown }
                    if let taken = core.queue.take(now: now) {
                        metrics.queueDuration.observe(taken.waited)
                        return .item(WorkItem(taken))
                    }
                    if core.queue.isExhausted { return .shutDown }
                    core.waiters.insert(waiter, id: id)
                    return .nothingYet
                }
                switch answer {
                case .item(let item): waiter.resume(returning: item)
                case .shutDown: waiter.resume(returning: nil)
                case .nothingYet: break
                }
            }
        } onCancel: {
            core.withLock { $0.waiters.cancel(id) }?.resume(returning: nil)
        }
    }

    /// The work on `key` has ended.
    @_specialize(where Key == ObjectKey)
    public func done(_ key: Key) {
        let now = time.now()
        let (worked, released) = core.withLock { core in
            let worked = core.queue.finish(key, now: now)
            return (worked, release(&core, now: now))
        }
        if let worked { metrics.workDuration.observe(worked) }
        follow(released)
    }

    /// The work on all of `keys` has ended.
    @_specialize(where Key == ObjectKey)
    public func done(contentsOf keys: [Key]) {
        let now = time.now()
        for range in LockShare.ranges(of: keys.count) {
            let released = core.withLock { core in
                for key in keys[range] {
                    if let worked = core.queue.finish(key, now: now) { metrics.workDuration.observe(worked) }
                }
                return release(&core, now: now)
            }
            follow(released)
        }
    }

    /// The work on `key` has ended, but nobody gets it until `unpark`.
    package func park(_ key: Key) {
        let now = time.now()
        if let worked = core.withLock({ $0.queue.park(key, now: now) }) { metrics.workDuration.observe(worked) }
    }

    /// Gives a parked key free.
    package func unpark(_ key: Key) {
        let now = time.now()
        let released = core.withLock { core in
            core.queue.unpark(key, now: now)
            return release(&core, now: now)
        }
        follow(released)
    }

    // MARK: Ending

    /// Takes no more adds; delayed ones are dropped. With `dropPending` what waits is dropped too, else it is still handed out.
    ///
    /// - Returns: How many keys were dropped, delayed adds not counted.
    @discardableResult
    public func shutDown(dropPending: Bool = false) -> Int {
        timer.cancel(timerID)
        if dropPending { timer.cancel(drainTimerID) }
        let now = time.now()
        let (dropped, released) = core.withLock { core in
            let dropped = core.queue.shutDown(dropPending ? .dropPending : .drain)
            core.delayed.removeAll()
            return (dropped, release(&core, now: now))
        }
        follow(released)
        return dropped
    }

    /// Takes no more adds and drops delayed ones. What waits is still handed out for so long; what is left then is dropped. The timer of the
    /// environment has to run.
    ///
    /// - Parameter onEnd: Called when the time is over, with how many keys were dropped; not when all were handed out and done before.
    public func shutDown(drainingFor budget: Duration, onEnd: @escaping @Sendable (_ dropped: Int) -> Void = { _ in }) {
        guard budget > .zero else { return onEnd(shutDown(dropPending: true)) }
        shutDown()
        guard !core.withLock({ $0.queue.isExhausted }) else { return }
        timer.arm(drainTimerID, at: time.now().advanced(by: budget)) { [weak self] in
            guard let self, !core.withLock({ $0.queue.isExhausted }) else { return }
            onEnd(shutDown(dropPending: true))
        }
    }

    // MARK: Looking

    /// What the queue holds, at most `limit` keys of each sort.
    package func inspect(limit: Int) -> WorkQueueInspection<Key> {
        let now = time.now()
        return core.withLock { core in
            WorkQueueInspection(
                now: now,
                depth: core.queue.depth,
                held: core.queue.heldCount,
                delayed: core.delayed.count,
                processing: core.queue.processingCount,
                parked: core.queue.parkedCount,
                waiting: core.queue.waiting(limit: limit),
                locked: core.queue.locked(limit: limit),
                later: core.delayed.entries(limit: limit)
            )
        }
    }

    // MARK: Inside

    /// What is to be done outside of the lock after keys were unlocked.
    private struct Released {
        var handouts: [Handout] = []
        var ended: [Waiter] = []
        var deadline: MonotonicInstant?
    }

    private func release(_ core: inout Core, now: MonotonicInstant) -> Released {
        var released = Released()
        while let handout = serveWaiter(&core, now: now) { released.handouts.append(handout) }
        if core.queue.isExhausted { released.ended = core.waiters.removeAll() }
        if core.queue.heldCount > 0 { released.deadline = core.nextDeadline() }
        return released
    }

    private func follow(_ released: Released) {
        if let deadline = released.deadline { arm(at: deadline) }
        for handout in released.handouts { handout.waiter.resume(returning: handout.item) }
        for waiter in released.ended { waiter.resume(returning: nil) }
    }

    private func serveWaiter(_ core: inout Core, now: MonotonicInstant) -> Handout? {
        guard !core.waiters.isEmpty, let taken = core.queue.take(now: now), let waiter = core.waiters.popFirst() else {
            return nil
        }
        metrics.queueDuration.observe(taken.waited)
        return Handout(waiter: waiter, item: WorkItem(taken))
    }

    private func arm(at deadline: MonotonicInstant) {
        timer.arm(timerID, at: deadline) { [weak self] in self?.addDue() }
    }

    private func addDue() {
        let now = time.now()
        while true {
            let (due, released) = core.withLock { core in
                var due: [DelayedAdds<Key>.Due] = []
                while due.count < LockShare.limit, let key = core.delayed.popDue(at: now) { due.append(key) }
                core.queue.endWindows(now: now)
                var released = release(&core, now: now)
                released.deadline = core.nextDeadline()
                return (due, released)
            }
            follow(released)
            for due in due { add(due) }
            if due.count < LockShare.limit { return }
        }
    }

    /// Adds one whose time has come; its causes are several.
    private func add(_ due: DelayedAdds<Key>.Due) {
        let now = time.now()
        let flow = flow?(due.key) ?? ""
        let (outcome, released) = core.withLock { core in
            let outcome = core.queue.add(due.key, flow: flow, priority: due.priority, causes: due.causes, now: now)
            return (outcome, release(&core, now: now))
        }
        if outcome == .queued || outcome == .held { metrics.adds.increment() }
        follow(released)
    }

    private func collectMetrics() {
        let now = time.now()
        let (depths, unfinished) = core.withLock { ($0.queue.depths, $0.queue.unfinishedWork(now: now)) }
        metrics.set(depths: depths, unfinished: unfinished)
    }
}
