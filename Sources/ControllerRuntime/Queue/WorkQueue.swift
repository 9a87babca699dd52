// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import Synchronization

/// Keys that need work, each handed to one worker at a time.
///
/// What holds: a key that is added any number of times before its work starts is worked on once; a key that is added while it is worked on
/// is worked on again afterwards; two workers never have the same key; after an accepted add, the key is handed out later, unless the queue
/// is shut down dropping what waits. Adding never suspends. The queue holds each distinct key at most once, so its bound is the number of
/// keys that exist.
public final class WorkQueue<Key: Hashable & Sendable>: Sendable {
    private struct Core {
        var queue = QueueState<Key>()
        var limiter: RateLimiter<Key>
        var delayed = DeadlineHeap<Key>()
        var waiters = WaiterQueue<Key?>()
    }

    private enum Answer {
        case key(Key)
        case shutDown
        case nothingYet
    }

    private struct Handout {
        let waiter: WaiterQueue<Key?>.Waiter
        let key: Key?
    }

    /// The name in metrics.
    public let name: String
    private let time: TimeSource
    private let timer: DeadlineTimer
    private let timerID: DeadlineTimer.ID
    private let metrics: WorkQueueMetrics
    private let core: HotLock<Core>
    private let collector = Locked<MetricsCollector?>(nil)

    /// An empty queue. Delayed adds come back only while the environment's timer runs.
    ///
    /// - Parameters:
    ///   - name: For metrics.
    ///   - backoff: How long a failing key waits.
    public init(name: String, environment: RuntimeEnvironment = RuntimeEnvironment(), backoff: ExponentialBackoff = .perKey) {
        self.name = name
        time = environment.time
        timer = environment.timer
        timerID = environment.timer.makeID()
        metrics = WorkQueueMetrics(name: name, registry: environment.metrics)
        core = HotLock(Core(limiter: RateLimiter(backoff: backoff, random: environment.random)))
        let registration = environment.metrics.onRender { [weak self] _ in self?.collectMetrics() }
        collector.withLock { $0 = registration }
    }

    /// How many keys wait, delayed ones not counted.
    public var depth: Int { core.withLock { $0.queue.depth } }

    /// How many keys come later.
    public var delayedCount: Int { core.withLock { $0.delayed.count } }

    /// How many keys are being worked on.
    public var processingCount: Int { core.withLock { $0.queue.processingCount } }

    // MARK: Adding

    // The attributes have the compiler make a version for the usual key; generic code is many times slower.

    /// Asks for `key` to be worked on soon.
    @_specialize(where Key == ObjectKey)
    public func add(_ key: Key) {
        let now = time.now()
        let (outcome, handout) = core.withLock { core in
            let outcome = core.queue.add(key, now: now)
            return (outcome, outcome == .queued ? serveWaiter(&core, now: now) : nil)
        }
        if outcome == .queued { metrics.adds.increment() }
        handout?.waiter.resume(returning: handout?.key)
    }

    /// Asks for all of `keys` to be worked on soon, in this order.
    public func add(contentsOf keys: some Sequence<Key>) { addAll(Array(keys)) }

    @_specialize(where Key == ObjectKey)
    private func addAll(_ keys: [Key]) {
        let now = time.now()
        let (handouts, added) = core.withLock { core in
            var handouts: [Handout] = []
            var added: UInt64 = 0
            for key in keys {
                guard core.queue.add(key, now: now) == .queued else { continue }
                added += 1
                if let handout = serveWaiter(&core, now: now) { handouts.append(handout) }
            }
            return (handouts, added)
        }
        if added > 0 { metrics.adds.increment(by: added) }
        for handout in handouts { handout.waiter.resume(returning: handout.key) }
    }

    /// Asks for `key` to be worked on after `delay`. Of several delayed adds of a key the earliest counts; an add without delay does not
    /// take a delayed one back.
    public func add(_ key: Key, after delay: Duration) {
        guard delay > .zero else { return add(key) }
        metrics.retries.increment()
        let deadline = time.now().advanced(by: delay)
        let isAccepted = core.withLock { core in
            !core.queue.isShutDown && core.delayed.schedule(key, at: deadline)
        }
        if isAccepted { arm(at: deadline) }
    }

    /// Counts a failure of `key` and asks for it to be worked on after a wait that grows with each failure.
    ///
    /// - Returns: The wait.
    @discardableResult
    public func addRateLimited(_ key: Key) -> Duration {
        let delay = core.withLock { $0.limiter.nextDelay(for: key) }
        add(key, after: delay)
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
        return core.withLock { core in
            var keys: [Key] = []
            keys.reserveCapacity(min(limit, core.queue.depth))
            while keys.count < limit, let taken = core.queue.take(now: now) {
                metrics.queueDuration.observe(taken.waited)
                keys.append(taken.key)
            }
            return keys
        }
    }

    /// Waits for a key. Nil when the queue has been shut down and is empty, or the task was canceled.
    ///
    /// Whoever gets a key calls `done`, even when its task has been canceled meanwhile.
    public func next() async -> Key? {
        if Task.isCancelled { return nil }
        let id = core.withLock { $0.waiters.makeID() }
        defer { core.withLock { $0.waiters.forget(id) } }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { (waiter: WaiterQueue<Key?>.Continuation) in
                let now = time.now()
                let answer: Answer = core.withLock { core in
                    if core.waiters.isCanceled(id) { return .shutDown }
                    if let taken = core.queue.take(now: now) {
                        metrics.queueDuration.observe(taken.waited)
                        return .key(taken.key)
                    }
                    if core.queue.isExhausted { return .shutDown }
                    core.waiters.insert(waiter, id: id)
                    return .nothingYet
                }
                switch answer {
                case .key(let key): waiter.resume(returning: key)
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
        let (worked, handout, ended) = core.withLock { core in
            let worked = core.queue.finish(key, now: now)
            return (worked, serveWaiter(&core, now: now), core.queue.isExhausted ? core.waiters.removeAll() : [])
        }
        finishWork(worked, handout, ended)
    }

    /// The work on all of `keys` has ended.
    @_specialize(where Key == ObjectKey)
    public func done(contentsOf keys: [Key]) {
        let now = time.now()
        let (handouts, ended) = core.withLock { core in
            var handouts: [Handout] = []
            for key in keys {
                guard let worked = core.queue.finish(key, now: now) else { continue }
                metrics.workDuration.observe(worked)
                if let handout = serveWaiter(&core, now: now) { handouts.append(handout) }
            }
            return (handouts, core.queue.isExhausted ? core.waiters.removeAll() : [])
        }
        for handout in handouts { handout.waiter.resume(returning: handout.key) }
        for waiter in ended { waiter.resume(returning: nil) }
    }

    /// The work on `key` has ended, but nobody gets it until `unpark`.
    package func park(_ key: Key) {
        let now = time.now()
        finishWork(core.withLock { $0.queue.park(key, now: now) }, nil, [])
    }

    /// Gives a parked key free.
    package func unpark(_ key: Key) {
        let now = time.now()
        let (handout, ended) = core.withLock { core in
            core.queue.unpark(key)
            return (serveWaiter(&core, now: now), core.queue.isExhausted ? core.waiters.removeAll() : [])
        }
        finishWork(nil, handout, ended)
    }

    // MARK: Ending

    /// Takes no more adds; delayed ones are dropped. With `dropPending` what waits is dropped too, else it is still handed out.
    public func shutDown(dropPending: Bool = false) {
        timer.cancel(timerID)
        let waiters = core.withLock { core in
            core.queue.shutDown(dropPending ? .dropPending : .drain)
            core.delayed.removeAll()
            return core.queue.isExhausted ? core.waiters.removeAll() : []
        }
        for waiter in waiters { waiter.resume(returning: nil) }
    }

    // MARK: Inside

    private func finishWork(_ worked: Duration?, _ handout: Handout?, _ ended: [WaiterQueue<Key?>.Waiter]) {
        if let worked { metrics.workDuration.observe(worked) }
        handout?.waiter.resume(returning: handout?.key)
        for waiter in ended { waiter.resume(returning: nil) }
    }

    private func serveWaiter(_ core: inout Core, now: MonotonicInstant) -> Handout? {
        guard !core.waiters.isEmpty, let taken = core.queue.take(now: now), let waiter = core.waiters.popFirst() else {
            return nil
        }
        metrics.queueDuration.observe(taken.waited)
        return Handout(waiter: waiter, key: taken.key)
    }

    private func arm(at deadline: MonotonicInstant) {
        timer.arm(timerID, at: deadline) { [weak self] in self?.addDue() }
    }

    private func addDue() {
        let now = time.now()
        let (due, next) = core.withLock { core in
            var due: [Key] = []
            while let key = core.delayed.popDue(at: now) { due.append(key) }
            return (due, core.delayed.nextDeadline())
        }
        add(contentsOf: due)
        if let next { arm(at: next) }
    }

    private func collectMetrics() {
        let now = time.now()
        let (depth, unfinished) = core.withLock { ($0.queue.depth, $0.queue.unfinishedWork(now: now)) }
        metrics.set(depth: depth, unfinished: unfinished)
    }
}
