// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import Logging
import Tracing

extension Controller {
    private enum Ended: Sendable {
        case result(ReconcileResult)
        case overdue
    }

    private enum Verdict: Sendable { case ended, stray }

    /// Has one key reconciled, files the result, and gives key and slot free.
    func process(_ item: WorkItem<R.Key>) async {
        let key = item.key
        let started = environment.time.now()
        let context = makeContext(item, started: started)
        status.withLock { $0.active += 1 }
        metrics.activeWorkers.add(1)

        let supervised = await supervise(key, context)
        if let result = supervised.result {
            metrics.seconds.observe(started.duration(to: environment.time.now()))
            file(result, of: key, context)
            release(key, writes: context.writes)
        }
        // Without a result the reconcile was left behind at shutdown: its key stays locked.

        status.withLock { $0.active -= 1 }
        metrics.activeWorkers.add(-1)
        if !supervised.wasStray { slots.release() }
    }

    private func makeContext(_ item: WorkItem<R.Key>, started: MonotonicInstant) -> ReconcileContext {
        let key = item.key
        let id = String(environment.random.next(), radix: 16)
        var logger = logger
        logger[metadataKey: "key"] = .string("\(key)")
        logger[metadataKey: "reconcileID"] = .string(id)
        // Made into text only when something is logged.
        if !item.causes.isEmpty { logger[metadataKey: "causes"] = .stringConvertible(item.causes) }
        return ReconcileContext(
            controller: name,
            id: id,
            logger: logger,
            failures: queue.failureCount(of: key),
            causes: item.causes,
            priority: item.priority,
            waited: item.waited,
            deadline: options.budget.map { started.advanced(by: $0) },
            cacheMayBeStale: staleKeys.withLock { $0.remove(key) != nil },
            time: environment.time,
            random: environment.random
        )
    }

    // MARK: Budget

    /// Runs the reconciler on its own threads. When it overruns its budget it is canceled; when it ignores that, its slot is given away
    /// while this goes on waiting for it. When the controller itself is canceled, it waits no longer than the grace.
    private func supervise(_ key: R.Key, _ context: ReconcileContext) async -> (result: ReconcileResult?, wasStray: Bool) {
        let first = Latch<Ended>()
        let final = Latch<ReconcileResult>()
        // Not a child task: a child cannot be left behind, and a reconciler that never ends would keep the process from stopping. Its
        // lifetime is watched below instead.
        let work = Task(executorPreference: executor) { [reconciler, tracer = environment.tracer] in
            let result = await Self.call(reconciler, key, context, tracer)
            final.open(result)
            first.open(.result(result))
        }
        let timerID = environment.timer.makeID()
        if let deadline = context.deadline {
            environment.timer.arm(timerID, at: deadline) { first.open(.overdue) }
        }
        defer { environment.timer.cancel(timerID) }

        switch await first.wait() {
        case .result(let result): return (result, false)
        case .overdue: return await overrun(key, work, final, context)
        case nil: return (await abandon(work, final, context), false)
        }
    }

    private static func call(
        _ reconciler: R,
        _ key: R.Key,
        _ context: ReconcileContext,
        _ tracer: (any Tracer)?
    ) async -> ReconcileResult {
        guard let tracer else { return await call(reconciler, key, context) }
        return await tracer.withAnySpan("reconcile \(context.controller)") { span in
            context.describe(to: span, key: "\(key)")
            let result = await call(reconciler, key, context)
            result.describe(to: span)
            return result
        }
    }

    private static func call(_ reconciler: R, _ key: R.Key, _ context: ReconcileContext) async -> ReconcileResult {
        do { return try await reconciler.reconcile(key, context: context) } catch { return .retry(error) }
    }

    private func overrun(
        _ key: R.Key,
        _ work: Task<Void, Never>,
        _ final: Latch<ReconcileResult>,
        _ context: ReconcileContext
    ) async -> (result: ReconcileResult?, wasStray: Bool) {
        work.cancel()
        metrics.timeouts.increment()
        context.logger.warning("reconcile overran its budget and is canceled", metadata: ["budget": "\(options.budget ?? .zero)"])
        let verdict = Latch<Verdict>()
        let timerID = environment.timer.makeID()
        environment.timer.arm(timerID, at: environment.time.now().advanced(by: options.cancellationGrace)) {
            verdict.open(.stray)
        }
        defer { environment.timer.cancel(timerID) }
        let wasStray = await withTaskGroup(of: Bool.self) { group in
            group.addTask { await final.wait() == nil }
            group.addTask { await verdict.wait() != nil }
            let first = await group.next() ?? false
            group.cancelAll()
            return first && final.value == nil && !Task.isCancelled
        }
        if wasStray { becameStray(context) }
        var result = await final.wait()
        if result == nil { result = await abandon(work, final, context) }
        if wasStray { strayEnded(context) }
        guard case .retry(let error) = result else { return (result, wasStray) }
        let message = "\(key): the reconcile took longer than its budget of \(options.budget ?? .zero) and was canceled"
        return (.retry(ReconcileError(code: .budgetExceeded, message: message, underlying: error)), wasStray)
    }

    private func becameStray(_ context: ReconcileContext) {
        let strays = status.withLock { status in
            status.strays += 1
            return status.strays
        }
        metrics.strays.set(Double(strays))
        context.logger.error("reconcile ignores its cancellation; its key stays locked, its worker is replaced")
        slots.release()
    }

    private func strayEnded(_ context: ReconcileContext) {
        let strays = status.withLock { status in
            status.strays -= 1
            return status.strays
        }
        metrics.strays.set(Double(strays))
        context.logger.notice("stray reconcile has ended")
    }

    /// The controller is canceled: so is the reconcile, and after the grace it is left behind.
    private func abandon(_ work: Task<Void, Never>, _ final: Latch<ReconcileResult>, _ context: ReconcileContext) async
        -> ReconcileResult?
    {
        work.cancel()
        let graceEnd = environment.time.now().advanced(by: options.cancellationGrace)
        // This task is canceled already and cannot sleep, so a task of its own does.
        let time = environment.time
        let grace = Latch<Void>()
        let sleeper = Task(executorPreference: environment.executor) {
            do { try await time.sleepUntil(graceEnd) } catch { return }  // the reconcile has ended in time
            grace.open(())
        }
        defer { sleeper.cancel() }
        let waiter = Task(executorPreference: environment.executor) { () -> ReconcileResult? in
            await withTaskGroup(of: ReconcileResult?.self) { group in
                group.addTask { await final.wait() }
                group.addTask {
                    _ = await grace.wait()
                    return nil
                }
                let first = await group.next() ?? nil
                group.cancelAll()
                return first
            }
        }
        // Both may have come; then the result counts.
        let result = await waiter.value ?? final.value
        if result == nil { becameStrayAtShutdown(context) }
        return result
    }

    private func becameStrayAtShutdown(_ context: ReconcileContext) {
        status.withLock { $0.strays += 1 }
        context.logger.error("reconcile ignores its cancellation and is left behind at shutdown")
    }

    // MARK: Result

    private func file(_ result: ReconcileResult, of key: R.Key, _ context: ReconcileContext) {
        switch result {
        case .done:
            metrics.count(.success)
            queue.forget(key)
        case .requeue(let delay):
            metrics.count(.requeueAfter)
            queue.forget(key)
            queue.add(key, after: delay, priority: context.nextPriority, cause: ReconcileCause(.requeued))
        case .progressed:
            metrics.count(.requeue)
            queue.forget(key)
            queue.add(key, priority: context.nextPriority, cause: ReconcileCause(.progressed))
        case .retry(let error) where error is CancellationError && Task.isCancelled:
            break  // the process stops; the next start finds the key again
        case .retry(let error):
            metrics.count(.error)
            metrics.errors.increment()
            let delay = queue.addRateLimited(key, priority: context.nextPriority, cause: ReconcileCause(.retried))
            log(error, retryAfter: delay, context)
        case .terminal(let error):
            metrics.count(.error)
            metrics.errors.increment()
            metrics.terminalErrors.increment()
            queue.forget(key)
            context.logger.error("reconcile failed for good: \(error)")
        }
    }

    private func log(_ error: any Error, retryAfter delay: Duration, _ context: ReconcileContext) {
        if let error = error as? ClientError, error.isConflict {
            // Someone else wrote first: the normal course of optimistic concurrency.
            metrics.conflicts.increment()
            context.logger.debug("conflict, trying again: \(error)", metadata: ["after": "\(delay)"])
        } else {
            context.logger.error("reconcile failed, trying again: \(error)", metadata: ["after": "\(delay)"])
        }
    }

    // MARK: Read your writes

    /// Gives the key free: at once, or as soon as the caches have seen what it wrote, at the latest after the bound.
    private func release(_ key: R.Key, writes: Set<RecordedWrite>) {
        let waits = writes.flatMap { write in
            informers.filter {
                $0.kind == write.kind && $0.mayFollow(write.name, in: write.namespace) && !$0.shows(write)
            }
            .map { ($0, write) }
        }
        guard !waits.isEmpty else { return queue.done(key) }
        metrics.heldBack.increment()
        queue.park(key)
        let remaining = Locked(waits.count)
        let isFree = Latch<Void>()
        let timerID = environment.timer.makeID()
        let bound = environment.time.now().advanced(by: options.readYourWritesBound)
        environment.timer.arm(timerID, at: bound) { [self] in
            guard isFree.open(()) else { return }
            metrics.heldBackTooLong.increment()
            staleKeys.withLock { _ = $0.insert(key) }
            queue.unpark(key)
        }
        for (informer, write) in waits {
            informer.whenShown(write) { [self] in
                let left = remaining.withLock { count in
                    count -= 1
                    return count
                }
                guard left == 0, isFree.open(()) else { return }
                environment.timer.cancel(timerID)
                queue.unpark(key)
            }
        }
    }
}
