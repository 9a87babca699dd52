// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import KubernetesClient
import Logging
import Testing

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

@Suite("The manager", .timeLimit(.minutes(1)), .serialized)
struct ManagerTests {
    private struct Failure: Error {}

    private let clock = ManualClock()
    private let told = Calls<String>()
    private let log = LogCapture()

    private func makeManager() -> Manager {
        let environment = RuntimeEnvironment(time: clock.timeSource, logger: log.logger())
        return Manager(environment: environment, options: ManagerOptions(drainBudget: .seconds(20)))
    }

    @Test("it starts services, then informers, then controllers when all are in sync, and stops in reverse")
    func order() async throws {
        let manager = makeManager()
        let informer = FakeInformer(name: "informer", told: told)
        let controller = FakeController(name: "controller", told: told, informers: [informer])
        let isReady = Latch<Void>()
        try await manager.add(
            service: FakeService(name: "service", told: told),
            name: "service",
            isReady: { _ = await isReady.wait() }
        )
        try await manager.add(informer)
        try await manager.add(controller)
        let health = manager.environment.health
        let run = Task { try await manager.run() }
        #expect(await told.next() == "service started")
        #expect(!health.render(.ready).isHealthy)
        isReady.open(())
        #expect(await told.next() == "informer started")
        #expect(told.rest.isEmpty)
        #expect(health.render(.ready, verbose: true).text.contains("[-]informer-informer failed: listing, 3 objects so far"))
        informer.synced.open(())
        #expect(await told.next() == "controller started")
        #expect(health.render(.ready).isHealthy)
        manager.stop()
        #expect(!health.render(.ready).isHealthy)
        #expect(await told.next() == "controller draining")
        #expect(told.rest.isEmpty)
        controller.work.open(())
        #expect(await told.next() == "controller stopped")
        #expect(await told.next() == "informer stopped")
        #expect(await told.next() == "service stopped")
        try await run.value
        #expect(manager.isStopped)
    }

    @Test("work that does not end within the drain budget is canceled")
    func drainBudget() async throws {
        let manager = makeManager()
        let controller = FakeController(name: "controller", told: told, informers: [])
        try await manager.add(controller)
        let run = Task { try await manager.run() }
        #expect(await told.next() == "controller started")
        manager.stop()
        #expect(await told.next() == "controller draining")
        await clock.waitForSleeper(until: clock.now.advanced(by: .seconds(20)))
        clock.advance(by: .seconds(20))
        #expect(await told.next() == "controller canceled")
        try await run.value
    }

    @Test("a stop while informers sync starts no controller")
    func stopWhileSyncing() async throws {
        let manager = makeManager()
        let informer = FakeInformer(name: "informer", told: told)
        try await manager.add(FakeController(name: "controller", told: told, informers: [informer]))
        let run = Task { try await manager.run() }
        #expect(await told.next() == "informer started")
        manager.stop()
        #expect(await told.next() == "informer stopped")
        try await run.value
        #expect(told.rest.isEmpty)
    }

    @Test("a part that ends on its own, or throws, stops everything and is named in the error", arguments: [true, false])
    func partEnds(throwing: Bool) async throws {
        let manager = makeManager()
        let end = Latch<Void>()
        let service = FakeService(name: "web", told: told, end: end, error: throwing ? Failure() : nil)
        try await manager.add(service: service, name: "web")
        let controller = FakeController(name: "controller", told: told, informers: [])
        controller.work.open(())
        try await manager.add(controller)
        let run = Task { try await manager.run() }
        _ = await (told.next(), told.next())
        end.open(())
        let result = await run.result
        let error = #expect(throws: ManagerError.self) { try result.get() }
        #expect(error?.code == .partEnded)
        #expect(error?.message.contains("web") == true)
        #expect((error?.underlying is Failure) == throwing)
    }

    @Test("a canceled manager ends without an error")
    func cancel() async throws {
        let manager = makeManager()
        try await manager.add(FakeController(name: "controller", told: told, informers: []))
        let run = Task { try await manager.run() }
        #expect(await told.next() == "controller started")
        run.cancel()
        try await run.value
    }

    @Test("two controllers of one name, and parts added too late, are refused")
    func refusals() async throws {
        let manager = makeManager()
        let controller = FakeController(name: "same", told: told, informers: [])
        controller.work.open(())
        try await manager.add(controller)
        await #expect(throws: ManagerError.self) {
            try await manager.add(FakeController(name: "same", told: told, informers: []))
        }
        let run = Task { try await manager.run() }
        #expect(await told.next() == "same started")
        let again = await #expect(throws: ManagerError.self) {
            try await manager.add(FakeController(name: "same", told: told, informers: []))
        }
        #expect(again?.code == .duplicateName)
        manager.stop()
        let error = await #expect(throws: ManagerError.self) {
            try await manager.add(FakeController(name: "late", told: told, informers: []))
        }
        #expect(error?.code == .stopping)
        #expect(await told.next() == "same draining")
        #expect(await told.next() == "same stopped")
        try await run.value
        #expect(told.rest.isEmpty)
    }

    @Test("parts that are added while it runs start at once, in any group, and stop in their order")
    func lateParts() async throws {
        let manager = makeManager()
        let first = FakeController(name: "first", told: told, informers: [])
        first.work.open(())
        try await manager.add(first)
        let run = Task { try await manager.run() }
        #expect(await told.next() == "first started")
        let informer = FakeInformer(name: "informer", told: told)
        let late = FakeController(name: "late", told: told, informers: [informer])
        try await manager.add(late)
        #expect(await Set([told.next(), told.next()]) == ["informer started", "late started"])
        for (name, group) in [("server", RunnableGroup.servers), ("webhook", .webhooks), ("other", .others)] {
            let service = CanceledService(name: name, told: told)
            try await manager.add(service: service, name: name, group: group)
            #expect(await told.next() == "\(name) started")
        }
        #expect(manager.environment.health.render(.ready).isHealthy, "the process is not taken out for what comes late")
        #expect(manager.environment.health.render(.ready, verbose: true).text.contains("informer-informer"))
        manager.stop()
        #expect(await Set([told.next(), told.next(), told.next()]) == ["first draining", "first stopped", "late draining"])
        late.work.open(())
        #expect(await told.next() == "late stopped")
        for name in ["other", "informer", "webhook", "server"] { #expect(await told.next() == "\(name) stopped") }
        try await run.value
    }

    @Test("a part that was added late and ends on its own stops everything, as the others do")
    func latePartEnds() async throws {
        let manager = makeManager()
        let controller = FakeController(name: "controller", told: told, informers: [])
        controller.work.open(())
        try await manager.add(controller)
        let run = Task { try await manager.run() }
        #expect(await told.next() == "controller started")
        let end = Latch<Void>()
        end.open(())
        try await manager.add(service: FakeService(name: "late", told: told, end: end, error: Failure()), name: "late")
        let result = await run.result
        let error = #expect(throws: ManagerError.self) { try result.get() }
        #expect(error?.code == .partEnded && error?.underlying is Failure)
    }

    @Test("SIGTERM stops in order; a second one does not wait any longer")
    func signals() async throws {
        let manager = makeManager()
        let controller = FakeController(name: "controller", told: told, informers: [])
        try await manager.add(controller)
        let second = Latch<Void>()
        let run = Task { try await manager.runUntilSignal(onSecondSignal: { second.open(()) }) }
        #expect(await told.next() == "controller started")
        kill(getpid(), SIGTERM)
        #expect(await told.next() == "controller draining")
        kill(getpid(), SIGTERM)
        _ = await second.wait()
        controller.work.open(())
        #expect(await told.next() == "controller stopped")
        try await run.value
    }

    @Test("the lifecycle only goes forward, and a stop lets nothing start any more")
    func lifecycle() {
        var state = LifecycleState()
        #expect(state.acceptsParts)
        let toServices = state.advance(to: .startingServices)
        let back = state.advance(to: .created)
        let stopped = state.stop(.requested("a"))
        let again = state.stop(.requested("b"))
        let toRunning = state.advance(to: .running)
        let toStopping = state.advance(to: .stoppingServices)
        #expect(toServices && !back && stopped && !again && !toRunning && toStopping)
        #expect(!state.acceptsParts)
        #expect(!state.health.isHealthy)
    }

    @Test("parts are taken from the beginning until a stop is asked for")
    func acceptance() {
        var state = LifecycleState()
        for phase in LifecycleState.Phase.allCases where phase > .created && phase <= .running {
            #expect(state.acceptsParts)
            _ = state.advance(to: phase)
        }
        #expect(state.acceptsParts && state.hasBegun)
        _ = state.stop(.requested("a"))
        #expect(!state.acceptsParts)
    }
}
