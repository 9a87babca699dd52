// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import Logging
public import ServiceLifecycle

/// Starts the parts of a process in order and stops them in reverse.
///
/// Order: servers (metrics, health: they must answer before anything needs them), webhooks, informers until all have synced, then what runs
/// on every replica, then what needs leadership: only a process with synced caches contends for a lease. Stopping: leader-only work ends
/// first (controllers take no more keys and their reconciles get the drain budget) and its lease is given back, then the others, informers,
/// webhooks, servers. A part that ends or throws before a stop was asked for stops everything, and `run()` throws.
///
/// Parts can also be added while it runs, but for electors: they start at once, or when what is before them in the order is there, and
/// nothing waits for them. An informer that comes late does not make the process unready before it has synced. After a stop was asked for
/// parts are refused.
///
/// When leadership is lost, everything of the term is canceled and waited for; then the process contends again. Work that ignores that, or
/// the end of the drain budget, makes `run()` throw, and the lease is left to expire: end the process then.
///
/// It is a `Service` and may run in a `ServiceGroup`, whose graceful shutdown stops it; `runUntilSignal()` does without one.
public actor Manager: Service {
    /// What all parts share.
    public nonisolated let environment: RuntimeEnvironment
    let options: ManagerOptions
    let logger: Logger
    var parts: [ManagedPart] = []
    /// Of the scopes that run.
    var feeds: [FeedKey: PartFeed<ManagedPart>] = [:]
    var electors: [(group: ElectionGroup, elector: LeaderElector)] = []
    nonisolated let state = Locked(LifecycleState())
    nonisolated let stopAsked = Latch<Void>()

    /// A manager without parts.
    public init(environment: RuntimeEnvironment = RuntimeEnvironment(), options: ManagerOptions = ManagerOptions()) {
        self.environment = environment
        self.options = options
        logger = environment.logger
        let state = state
        environment.health.register("manager", at: .ready) { state.withLock { $0.health } }
    }

    // MARK: Parts

    /// Adds something that runs as long as its group.
    ///
    /// - Parameters:
    ///   - isReady: Waits until the service can do its work; later groups are started after it.
    public func add(
        service: any Service,
        name: String,
        group: RunnableGroup = .servers,
        isReady: (@Sendable () async throws -> Void)? = nil
    ) throws {
        try checkAccepts(name)
        guard !parts.contains(where: { $0.isService && $0.name == name }) else { throw duplicate("service", name) }
        enroll(ManagedPart(service, name: name, group: group, isReady: isReady))
    }

    /// Adds a cache; its informers start before controllers do. Adding the same one again changes nothing.
    public func add(_ cache: Cache) throws {
        try checkAccepts("cache")
        if !parts.contains(where: { $0.isCache(cache) }) { enroll(ManagedPart(cache)) }
    }

    /// Adds an informer, or the cache that it is of. Adding the same one again changes nothing.
    public func add(_ informer: any AnyInformer) throws {
        if let cache = informer.cache { return try add(cache) }
        try checkAccepts(informer.name)
        guard !parts.contains(where: { $0.isInformer(informer) }) else { return }
        let isLate = state.withLock { $0.hasBegun }
        environment.health.register(informer.healthName, at: .ready) {
            guard isLate, !informer.hasSynced, case .unhealthy(let reason) = informer.health else { return informer.health }
            return .healthy(note: reason)
        }
        environment.debug.add(InformerInspection(informer), at: .caches)
        enroll(ManagedPart(informer))
    }

    /// Adds a controller, and the informers that it watches.
    ///
    /// - Parameter group: With whom it leads, when it needs leadership.
    public func add(_ controller: any AnyController, group: ElectionGroup = .default) throws {
        try checkAccepts(controller.name)
        guard !parts.contains(where: { $0.controller?.name == controller.name }) else {
            throw duplicate("controller", controller.name)
        }
        for informer in controller.informers { try add(informer) }
        environment.health.register("controller-" + controller.name, at: .ready) { controller.health }
        if let inspectable = controller as? any DebugInspectable { environment.debug.add(inspectable, at: .queue) }
        enroll(ManagedPart(controller, group: group))
    }

    /// Lets the parts of a group that need leadership wait for a lease. Without an elector they run as if the process led.
    public func add(_ elector: LeaderElector, group: ElectionGroup = .default) throws {
        guard !state.withLock({ $0.hasBegun }) else {
            throw ManagerError(
                code: .alreadyStarted,
                message: "\(elector.options.lease): electors have to be added before the manager runs"
            )
        }
        guard !electors.contains(where: { $0.group == group }) else { throw duplicate("elector for the group", group.rawValue) }
        electors.append((group, elector))
        environment.health.register("leader-election-\(group)", at: .live) { elector.health }
    }

    private func checkAccepts(_ name: String) throws {
        guard state.withLock({ $0.acceptsParts }) else {
            throw ManagerError(code: .stopping, message: "\(name): the manager stops and takes no more parts; make a new one")
        }
    }

    private func duplicate(_ kind: String, _ name: String) -> ManagerError {
        ManagerError(code: .duplicateName, message: "there is a \(kind) named \(name) already; give each its own name")
    }

    /// Whether `run()` has ended.
    public nonisolated var isStopped: Bool { state.withLock { $0.phase == .stopped } }

    // MARK: Running

    /// Asks for an orderly stop; `run()` returns when it is done. Calling it again changes nothing.
    public nonisolated func stop(_ reason: String = "asked to") { stop(.requested(reason)) }

    nonisolated func stop(_ reason: LifecycleState.StopReason) {
        guard state.withLock({ $0.stop(reason) }) else { return }
        switch reason {
        case .requested(let why): logger.info("stopping: \(why)")
        case .partEnded(let name, let error?): logger.error("stopping: \(name) failed: \(error)")
        case .partEnded(let name, nil): logger.error("stopping: \(name) ended")
        }
        environment.health.beginShutdown()
        stopAsked.open(())
    }

    /// Runs all parts until `stop`, a graceful shutdown of the group around it, the end of a part, or cancellation, which stops without
    /// draining.
    ///
    /// - Throws: `ManagerError` when a part ended on its own, or when reconciles had to be left behind: then end the process.
    public func run() async throws {
        guard state.withLock({ $0.advance(to: .startingServices) || $0.stopReason != nil }) else {
            throw ManagerError(code: .alreadyStarted, message: "a manager runs once; make a new one")
        }
        await withGracefulShutdownHandler {
            await withTaskCancellationHandler {
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { [environment] in await environment.timer.run() }
                    await runServers()
                    group.cancelAll()
                }
            } onCancel: {
                self.stop("canceled")
            }
        } onGracefulShutdown: {
            self.stop("graceful shutdown")
        }
        let reason = state.withLock { state in
            _ = state.advance(to: .stopped)
            return state.stopReason
        }
        logger.info("stopped")
        try throwIfFailed(reason)
    }

    private func throwIfFailed(_ reason: LifecycleState.StopReason?) throws {
        if case .partEnded(let name, let error) = reason {
            if let error = error as? ManagerError { throw error }
            let why = error.map { "failed: \($0)" } ?? "ended although nobody asked it to"
            throw ManagerError(code: .partEnded, message: "\(name) \(why)", underlying: error)
        }
        if let strays = strays(of: parts) {
            throw ManagerError(code: .drainTimedOut, message: "reconciles that ignore cancellation were left behind: \(strays)")
        }
    }
}
