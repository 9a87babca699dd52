// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import Logging
public import ServiceLifecycle

/// Starts the parts of a process in order and stops them in reverse.
///
/// Order: services (metrics, health, webhooks: they must answer before anything needs them), then informers until all have synced, then
/// controllers. Stopping: controllers take no more keys and their reconciles get the drain budget to end, then informers, then services.
/// A part that ends or throws before a stop was asked for stops everything, and `run()` throws.
///
/// It is a `Service` and may run in a `ServiceGroup`, whose graceful shutdown stops it; `runUntilSignal()` does without one.
public actor Manager: Service {
    /// What all parts share.
    public nonisolated let environment: RuntimeEnvironment
    private let options: ManagerOptions
    private let logger: Logger
    private var services: [ManagedService] = []
    private var informers: [any AnyInformer] = []
    private var controllers: [any AnyController] = []
    private nonisolated let state = Locked(LifecycleState())
    private nonisolated let stopAsked = Latch<Void>()

    /// A manager without parts.
    public init(environment: RuntimeEnvironment = RuntimeEnvironment(), options: ManagerOptions = ManagerOptions()) {
        self.environment = environment
        self.options = options
        logger = environment.logger
        let state = state
        environment.health.register("manager", at: .ready) { state.withLock { $0.health } }
    }

    // MARK: Parts

    /// Adds something that runs from before the informers until after the controllers.
    ///
    /// - Parameter isReady: Waits until the service can do its work; the informers are started after it.
    public func add(
        service: any Service,
        name: String,
        isReady: (@Sendable () async throws -> Void)? = nil
    ) throws {
        try checkNotStarted(name)
        guard !services.contains(where: { $0.name == name }) else { throw duplicate("service", name) }
        services.append(ManagedService(name: name, service: service, isReady: isReady))
    }

    /// Adds an informer. Adding the same one again changes nothing.
    public func add(_ informer: any AnyInformer) throws {
        try checkNotStarted(informer.name)
        guard !informers.contains(where: { ObjectIdentifier($0 as AnyObject) == ObjectIdentifier(informer as AnyObject) }) else {
            return
        }
        informers.append(informer)
        let name = "informer-" + informer.name.split(separator: "/").joined(separator: "-")
        environment.health.register(name, at: .ready) { informer.health }
        environment.debug.add(InformerInspection(informer), at: .caches)
    }

    /// Adds a controller, and the informers that it watches.
    public func add(_ controller: any AnyController) throws {
        try checkNotStarted(controller.name)
        guard !controllers.contains(where: { $0.name == controller.name }) else { throw duplicate("controller", controller.name) }
        for informer in controller.informers { try add(informer) }
        controllers.append(controller)
        environment.health.register("controller-" + controller.name, at: .ready) { controller.health }
        if let inspectable = controller as? any DebugInspectable { environment.debug.add(inspectable, at: .queue) }
    }

    private func checkNotStarted(_ name: String) throws {
        guard state.withLock({ $0.acceptsParts }) else {
            throw ManagerError(code: .alreadyStarted, message: "\(name): parts have to be added before the manager runs")
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

    private nonisolated func stop(_ reason: LifecycleState.StopReason) {
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
            await withTaskGroup(of: Void.self) { group in
                group.addTask { [environment] in await environment.timer.run() }
                await runServices()
                group.cancelAll()
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
            let why = error.map { "failed: \($0)" } ?? "ended although nobody asked it to"
            throw ManagerError(code: .partEnded, message: "\(name) \(why)", underlying: error)
        }
        let strays = controllers.filter { $0.activity.strays > 0 }
        guard strays.isEmpty else {
            let list = strays.map { "\($0.name) (\($0.activity.strays))" }.joined(separator: ", ")
            throw ManagerError(code: .drainTimedOut, message: "reconciles that ignore cancellation were left behind: \(list)")
        }
    }

    private func runServices() async {
        await withTaskGroup(of: Void.self) { group in
            for service in services { group.addTask { await self.runPart(service.name) { try await service.service.run() } } }
            if await servicesAreReady() { await runInformers() }
            _ = state.withLock { $0.advance(to: .stoppingServices) }
            group.cancelAll()
        }
    }

    private func servicesAreReady() async -> Bool {
        for service in services {
            guard let isReady = service.isReady else { continue }
            let became = await raceWithStop {
                do { try await isReady() } catch { self.stop(.partEnded(name: service.name, error: error)) }
            }
            guard became else { return false }
        }
        return state.withLock { $0.advance(to: .syncingInformers) }
    }

    private func runInformers() async {
        await withTaskGroup(of: Void.self) { group in
            for informer in informers { group.addTask { await self.runPart(informer.name) { try await informer.run() } } }
            if await informersHaveSynced() { await runControllers() }
            _ = state.withLock { $0.advance(to: .stoppingInformers) }
            group.cancelAll()
        }
    }

    private func informersHaveSynced() async -> Bool {
        for informer in informers {
            // Only cancellation ends the wait early, and then raceWithStop says so.
            guard await raceWithStop({ do { try await informer.waitUntilSynced() } catch { return } }) else { return false }
        }
        guard state.withLock({ $0.advance(to: .running) }) else { return false }
        logger.info("running", metadata: ["controllers": "\(controllers.count)", "informers": "\(informers.count)"])
        return true
    }

    private func runControllers() async {
        let ended = Latch<Void>()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [controllers] in
                await withTaskGroup(of: Void.self) { all in
                    for controller in controllers {
                        all.addTask { await self.runPart("controller \(controller.name)") { try await controller.run() } }
                    }
                }
                ended.open(())
            }
            _ = await stopAsked.wait()
            if options.shutdownDelay > .zero {
                // Ended early only by cancellation, which is a stop without delay.
                do { try await environment.time.sleep(for: options.shutdownDelay) } catch {}
            }
            _ = state.withLock { $0.advance(to: .drainingControllers) }
            for controller in controllers { controller.shutDown() }
            await waitForDrain(ended)
            group.cancelAll()
        }
    }

    /// Waits until the controllers have ended, at most for the drain budget.
    private func waitForDrain(_ ended: Latch<Void>) async {
        let isOver = Latch<Void>()
        let timerID = environment.timer.makeID()
        environment.timer.arm(timerID, at: environment.time.now().advanced(by: options.drainBudget)) { isOver.open(()) }
        await withTaskGroup(of: Void.self) { race in
            race.addTask { _ = await isOver.wait() }
            race.addTask { _ = await ended.wait() }
            await race.next()
            race.cancelAll()
        }
        environment.timer.cancel(timerID)
    }

    private func runPart(_ name: String, _ body: @Sendable () async throws -> Void) async {
        do {
            try await body()
            stop(Task.isCancelled ? .requested("canceled") : .partEnded(name: name, error: nil))
        } catch {
            stop(Task.isCancelled ? .requested("canceled") : .partEnded(name: name, error: error))
        }
    }

    /// Waits for `body`, or for a stop. False when a stop came first or the task was canceled.
    private func raceWithStop(_ body: @escaping @Sendable () async -> Void) async -> Bool {
        let stopAsked = stopAsked
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await body() }
            group.addTask { _ = await stopAsked.wait() }
            await group.next()
            group.cancelAll()
        }
        return stopAsked.value == nil && !Task.isCancelled
    }
}
