// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import Logging

/// Takes keys from a work queue and has them reconciled, a bounded number at the same time.
///
/// Life: made, given its sources by `watches`, run once. `run()` waits until all sources have synced, so the first reconcile sees a
/// complete cache. What a reconcile throws is contained: it is logged, counted and retried after the key's backoff.
public final class Controller<R: Reconciler>: AnyController {
    /// The name in log, metrics and health.
    public let name: String
    /// The keys; add to it whatever no source tells.
    public let queue: WorkQueue<R.Key>

    let reconciler: R
    let options: ControllerOptions
    let environment: RuntimeEnvironment
    let executor: any TaskExecutor
    let logger: Logger
    let metrics: ControllerMetrics
    let sources = Locked<[any AnyInformer]>([])
    let streams = Locked<[StreamSource<R.Key>]>([])
    let intake = SourceIntake()
    let slots: SlotPool
    let status = Locked(ControllerStatus())
    /// Keys that were given free before the cache had caught up. Bound: keys that exist; each is removed by its next reconcile.
    let staleKeys = Locked<Set<R.Key>>([])

    /// A controller that does nothing before `run()`.
    ///
    /// - Parameters:
    ///   - name: Unique in the process; lower case with dashes.
    ///   - options: How it works; nil for the environment's defaults.
    ///   - flow: The flow of a key, as `WorkQueueOptions.flow`: flows take turns. Nil for none.
    public init(
        name: String,
        reconciler: R,
        options: ControllerOptions? = nil,
        environment: RuntimeEnvironment = RuntimeEnvironment(),
        flow: (@Sendable (R.Key) -> String)? = nil
    ) {
        let options = options ?? environment.controllers.options
        self.name = name
        self.reconciler = reconciler
        self.options = options
        self.environment = environment
        let queueOptions = WorkQueueOptions<R.Key>(
            backoff: options.backoff,
            overtakingLimit: options.overtakingLimit,
            flow: flow,
            coalescingWindow: options.coalescingWindow
        )
        queue = WorkQueue(name: name, environment: environment, options: queueOptions)
        // A worker that awaits holds no thread, so threads are fewer than workers; strays may block one each.
        executor =
            options.executor ?? environment.executor
            ?? WorkerExecutor(maximumThreads: min(16, max(2, options.workers)) + options.maximumStrays)
        var logger = environment.logger
        logger[metadataKey: "controller"] = .string(name)
        self.logger = logger
        metrics = ControllerMetrics(controller: name, workers: options.workers, registry: environment.metrics)
        slots = SlotPool(count: options.workers)
    }

    /// The informers whose objects are watched.
    public var informers: [any AnyInformer] { sources.withLock { $0 } }

    /// How many reconciles run, and how many of them are strays.
    public var activity: (active: Int, strays: Int) { status.withLock { ($0.active, $0.strays) } }

    /// Whether the controller can work: not, when more reconciles than allowed were canceled and do not end.
    public var health: HealthStatus {
        let strays = status.withLock { $0.strays }
        if strays > options.maximumStrays {
            return .unhealthy("\(strays) reconciles overran their budget and ignore cancellation; restart the process")
        }
        return .healthy(note: strays > 0 ? "\(strays) stray reconciles" : "")
    }

    /// The timer that it uses; it runs while the controller does.
    public var timer: DeadlineTimer { environment.timer }

    /// Whether it works only while the process leads.
    public var needsLeaderElection: Bool { options.needsLeaderElection }

    /// Reconciles keys until `shutDown()` or the task is canceled, and returns when all reconciles have ended. After a cancellation it may
    /// be called again and begins with all objects of the sources. A reconcile that ignores
    /// cancellation for longer than the grace is left behind then: `activity` tells.
    public func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [environment] in await environment.timer.run() }
            await work()
            group.cancelAll()
        }
    }

    /// Takes no more keys: `run()` returns when the reconciles that run have ended. Keys that wait are still reconciled within the drain
    /// budget of the options; what is left then is dropped, and the next start finds it again.
    public func shutDown() {
        queue.shutDown(drainingFor: options.drainBudget) { [logger] dropped in
            if dropped > 0 { logger.info("keys were dropped at shutdown", metadata: ["keys": "\(dropped)"]) }
        }
    }

    private func work() async {
        for source in informers {
            do { try await source.waitUntilSynced() } catch { return }  // canceled before it began
        }
        logger.info("controller started", metadata: ["workers": "\(options.workers)"])
        intake.open()
        await withTaskGroup(of: Void.self) { group in
            for stream in streams.withLock({ $0 }) { group.addTask { await self.follow(stream) } }
            if let period = options.resyncPeriod, period > .zero { group.addTask { await self.resync(every: period) } }
            await handOut()
            group.cancelAll()
        }
        intake.close()
        logger.info("controller stopped")
    }

    private func handOut() async {
        await withDiscardingTaskGroup { group in
            while await slots.acquire() {
                guard let item = await queue.nextItem() else {
                    slots.release()
                    break
                }
                group.addTask { await self.process(item) }
            }
        }
    }
}
