// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
public import KubernetesMeta
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
    let intake = SourceIntake()
    let slots: SlotPool
    let status = Locked(ControllerStatus())
    /// Keys that were given free before the cache had caught up. Bound: keys that exist; each is removed by its next reconcile.
    let staleKeys = Locked<Set<R.Key>>([])

    /// A controller that does nothing before `run()`.
    ///
    /// - Parameter name: Unique in the process; lower case with dashes.
    public init(
        name: String,
        reconciler: R,
        options: ControllerOptions = ControllerOptions(),
        environment: RuntimeEnvironment = RuntimeEnvironment()
    ) {
        self.name = name
        self.reconciler = reconciler
        self.options = options
        self.environment = environment
        queue = WorkQueue(name: name, environment: environment, options: WorkQueueOptions(backoff: options.backoff))
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

    /// Reconciles the keys that `map` gives for each change of the informer's objects.
    ///
    /// `map` runs where the informer works: it must be quick and must not block. It sees the old and the new object, so that the owner of
    /// either is reconciled.
    @discardableResult
    public func watches<O: Resource>(
        _ informer: Informer<O>,
        map: @escaping @Sendable (ObjectChange<O>) -> [R.Key]
    ) -> Self {
        sources.withLock { $0.append(informer) }
        informer.onChange { [queue, intake] changes in
            guard intake.isOpen else { return }
            queue.add(contentsOf: changes.lazy.flatMap(map))
        }
        intake.addSource { [queue] in
            queue.add(contentsOf: informer.list().lazy.flatMap { map(ObjectChange(key: ObjectKey($0), old: nil, new: $0)) })
        }
        return self
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

    /// Starts no more reconciles: `run()` returns when those that run have ended. What waits is dropped; the next start finds it again.
    public func shutDown() { queue.shutDown(dropPending: true) }

    private func work() async {
        for source in informers {
            do { try await source.waitUntilSynced() } catch { return }  // canceled before it began
        }
        logger.info("controller started", metadata: ["workers": "\(options.workers)"])
        intake.open()
        await withDiscardingTaskGroup { group in
            while await slots.acquire() {
                guard let key = await queue.next() else {
                    slots.release()
                    break
                }
                group.addTask { await self.process(key) }
            }
        }
        intake.close()
        logger.info("controller stopped")
    }
}

extension Controller where R.Key == ObjectKey {
    /// Reconciles the objects of the informer themselves.
    @discardableResult
    public func watches(_ informer: Informer<some Resource>) -> Self {
        watches(informer) { [$0.key] }
    }

    /// Reconciles the owner of each object: the one that its controlling owner reference names, when it is of this kind.
    @discardableResult
    public func owns<Owner: Resource>(_ informer: Informer<some Resource>, ownedBy owner: Owner.Type) -> Self {
        watches(informer) { change in
            [change.old, change.new].compactMap { object in
                guard let metadata = object?.metadata else { return nil }
                let reference = metadata.ownerReferences?.first { reference in
                    reference.controller == true && reference.kind == Owner.groupVersionKind.kind
                        && reference.apiVersion == Owner.groupVersionKind.apiVersion
                }
                guard let reference else { return nil }
                return ObjectKey(namespace: Owner.scope == .namespaced ? metadata.namespace : nil, name: reference.name)
            }
        }
    }
}
