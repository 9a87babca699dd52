// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerTesting
import HTTPTypes
import KubernetesClient
import KubernetesCoordination
import Logging
import ServiceLifecycle
import Testing

@testable import ControllerRuntime

@Suite("The manager and leadership", .timeLimit(.minutes(1)))
struct ManagerElectionTests {
    private let fixture: ElectionFixture
    private let told = Calls<String>()

    init() throws { fixture = try ElectionFixture() }

    /// A service that ends by cancellation, and says under which term it ran.
    private struct TermService: Service {
        let name: String
        let told: Calls<String>
        /// Until when it goes on after it was canceled.
        var end: Latch<Void>?

        func run() async throws {
            told.put("\(name) started in \(LeadershipTerm.current?.epoch ?? -1)")
            _ = await Latch<Void>().wait()
            if let end {
                told.put("\(name) canceled")
                await end.waitIgnoringCancellation()
            }
            told.put("\(name) ended")
        }
    }

    @Test("leader-only work waits for the caches and the lease; others do not; all stop in reverse and the lease is given back")
    func order() async throws {
        let a = try fixture.contender("a")
        let manager = Manager(environment: a.environment)
        let informer = FakeInformer(name: "informer", told: told)
        for (name, group) in [("server", RunnableGroup.servers), ("webhook", .webhooks)] {
            let service = CanceledService(name: name, told: told)
            try await manager.add(service: service, name: name, group: group) { _ = await service.hasStarted.wait() }
        }
        try await manager.add(informer)
        try await manager.add(service: CanceledService(name: "other", told: told), name: "other", group: .others)
        let controller = FakeController(name: "controller", told: told, informers: [])
        try await manager.add(controller)
        try await manager.add(a.elector)
        let run = Task { try await manager.run() }
        #expect(await told.next() == "server started")
        #expect(await told.next() == "webhook started")
        #expect(await told.next() == "informer started")
        // A replica whose caches are not in sync does not contend.
        #expect(a.script.requests.isEmpty)
        informer.synced.open(())
        #expect(await Set([told.next(), told.next()]) == ["other started", "controller started"])
        #expect(try await fixture.lease().spec?.holderIdentity == "a")
        manager.stop()
        #expect(await told.next() == "controller draining")
        // Held as long as there is work.
        #expect(try await fixture.lease().spec?.holderIdentity == "a")
        controller.work.open(())
        #expect(await told.next() == "controller stopped")
        for part in ["other", "informer", "webhook", "server"] { #expect(await told.next() == "\(part) stopped") }
        try await run.value
        #expect(try await fixture.lease().spec?.holderIdentity == "")
    }

    @Test("a clean stop is no loss: run() returns without an error, and no warning is logged")
    func cleanStop() async throws {
        let log = LogCapture()
        let a = try fixture.contender("a", logger: log.logger())
        let manager = Manager(environment: a.environment)
        try await manager.add(service: TermService(name: "job", told: told), name: "job", group: .leaderElection())
        try await manager.add(a.elector)
        let run = Task { try await manager.run() }
        #expect(await told.next() == "job started in 0")
        manager.stop()
        try await run.value
        #expect(log.messages(.error).isEmpty && log.messages(.warning).isEmpty)
        #expect(log.messages(.notice) == ["leading", "leading no more: the process stops"])
        #expect(try await fixture.lease().spec?.holderIdentity == "")
    }

    @Test("without an elector, leader-only work runs at once")
    func noElector() async throws {
        let manager = Manager(environment: try fixture.contender("a").environment)
        try await manager.add(FakeController(name: "controller", told: told, informers: []))
        let run = Task { try await manager.run() }
        #expect(await told.next() == "controller started")
        run.cancel()
        try await run.value
    }

    @Test("when leadership is lost, everything of the term is canceled and waited for; the process is elected again")
    func lossAndReelection() async throws {
        let a = try fixture.contender("a")
        let manager = Manager(environment: a.environment)
        let end = Latch<Void>()
        try await manager.add(service: TermService(name: "job", told: told, end: end), name: "job", group: .leaderElection())
        let controller = FakeController(name: "controller", told: told, informers: [])
        try await manager.add(controller)
        try await manager.add(a.elector)
        let run = Task { try await manager.run() }
        #expect(await Set([told.next(), told.next()]) == ["controller started", "job started in 0"])
        a.script.add(.status(code: 500, reason: "InternalError"), times: .max) { $0.method == .put }
        for seconds in [2, 4, 6, 8.0] { await fixture.pass(seconds) }
        await fixture.pass(10)
        #expect(await Set([told.next(), told.next()]) == ["job canceled", "controller canceled"])
        a.script.clear()
        fixture.clock.advance(by: .seconds(30))
        // However long the work takes to end, nothing is contended for meanwhile.
        // The work hears of the end a moment before who asks for the leadership does.
        let lost = try await a.elector.waits { (now: Leadership) -> Leadership? in
            if case .lost = now { return now }
            return nil
        }
        #expect(a.elector.current == lost)
        end.open(())
        #expect(await told.next() == "job ended")
        #expect(await Set([told.next(), told.next()]) == ["controller started", "job started in 1"])
        #expect(manager.environment.health.render(.ready).isHealthy)
        controller.work.open(())
        manager.stop()
        try await run.value
    }

    @Test("work that outlives its term ends the process, and the lease is left to expire", arguments: [true, false])
    func strays(losing: Bool) async throws {
        let a = try fixture.contender("a")
        let manager = Manager(environment: a.environment, options: ManagerOptions(drainBudget: .seconds(1)))
        try await manager.add(StrayController(told: told))
        try await manager.add(a.elector)
        let run = Task { try await manager.run() }
        #expect(await told.next() == "stray started")
        if losing {
            let admin = try fixture.contender("admin").client
            var lease = try await fixture.lease()
            lease.spec?.holderIdentity = "admin"
            _ = try await admin.replace(lease)
        } else {
            manager.stop()
            await fixture.pass(1)
        }
        let result = await run.result
        let error = #expect(throws: ManagerError.self) { try result.get() }
        #expect(error?.code == .drainTimedOut)
        #expect(error?.message.contains("stray (1)") == true)
        #expect(try await fixture.lease().spec?.holderIdentity == (losing ? "admin" : "a"))
    }

    @Test("two groups have two leases, and lose one without the other")
    func groups() async throws {
        let a = try fixture.contender("a")
        let manager = Manager(environment: a.environment)
        var second = a.elector.options
        second.leaseName = "second"
        try await manager.add(a.elector)
        try await manager.add(try LeaderElector(client: a.client, options: second, environment: a.environment), group: "second")
        try await manager.add(service: TermService(name: "one", told: told), name: "one", group: .leaderElection())
        try await manager.add(service: TermService(name: "two", told: told), name: "two", group: .leaderElection("second"))
        let run = Task { try await manager.run() }
        #expect(await Set([told.next(), told.next()]) == ["one started in 0", "two started in 0"])
        let admin = try fixture.contender("admin").client
        var lease = try await fixture.lease()
        lease.spec?.holderIdentity = "admin"
        _ = try await admin.replace(lease)
        #expect(await told.next() == "one ended")
        #expect(told.rest.isEmpty)
        manager.stop()
        #expect(await told.next() == "two ended")
        try await run.value
        let error = await #expect(throws: ManagerError.self) { try await manager.add(a.elector, group: "second") }
        #expect(error?.code == .alreadyStarted)
    }

    @Test("leader-only parts that are added late start with the next term, or at once in the one that lasts, and end with it")
    func lateParts() async throws {
        let (a, b) = (try fixture.contender("a"), try fixture.contender("b"))
        let holder = Task { try await b.elector.run() }
        _ = try await b.elector.nextTerm()
        let manager = Manager(environment: a.environment)
        try await manager.add(a.elector)
        try await manager.add(service: CanceledService(name: "other", told: told), name: "other", group: .others)
        let run = Task { try await manager.run() }
        #expect(await told.next() == "other started")
        try await a.elector.follows("b")
        try await manager.add(service: TermService(name: "waiting", told: told), name: "waiting", group: .leaderElection())
        let unelected = TermService(name: "unelected", told: told)
        try await manager.add(service: unelected, name: "unelected", group: .leaderElection("nobody is elected"))
        #expect(await told.next() == "unelected started in -1", "and the one that waits for the lease has not started")
        await b.elector.stop(releasing: true)
        #expect(await told.next() == "waiting started in 1")
        try await manager.add(service: TermService(name: "late", told: told), name: "late", group: .leaderElection())
        #expect(await told.next() == "late started in 1")
        var lease = try await fixture.lease()
        lease.spec?.holderIdentity = "admin"
        _ = try await b.client.replace(lease)
        #expect(await Set([told.next(), told.next()]) == ["waiting ended", "late ended"])
        #expect(told.rest.isEmpty)
        manager.stop()
        #expect(await told.next() == "unelected ended")
        #expect(await told.next() == "other stopped")
        try await run.value
        holder.cancel()
        try await holder.value
    }

    /// A controller that leaves a reconcile behind.
    private final class StrayController: AnyController {
        let name = "stray"
        let informers: [any AnyInformer] = []
        let told: Calls<String>

        init(told: Calls<String>) { self.told = told }

        var health: HealthStatus { .healthy() }
        var activity: (active: Int, strays: Int) { (1, 1) }

        func run() async throws {
            told.put("stray started")
            _ = await Latch<Void>().wait()
        }

        func shutDown() {}
    }
}
