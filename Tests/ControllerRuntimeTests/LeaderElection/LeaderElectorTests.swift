// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerTesting
import HTTPTypes
import KubernetesClient
import KubernetesCoordination
import KubernetesCore
import KubernetesMeta
import Testing

@testable import ControllerRuntime

@Suite("The leader elector against an embedded cluster", .timeLimit(.minutes(1)))
struct LeaderElectorTests {
    private let fixture: ElectionFixture

    init() throws { fixture = try ElectionFixture() }

    private func run(
        _ contenders: [ElectionFixture.Contender],
        _ body: ([Task<Void, any Error>]) async throws -> Void
    ) async throws {
        let runs = contenders.map { contender in Task { try await contender.elector.run() } }
        defer { for run in runs { run.cancel() } }
        try await body(runs)
        for run in runs { run.cancel() }
        for run in runs { try await run.value }
    }

    @Test("one of two leads; when it gives the lease back, the other one leads without any time passing")
    func release() async throws {
        let (a, b) = (try fixture.contender("a"), try fixture.contender("b"))
        try await run([a]) { _ in
            let term = try await a.elector.nextTerm()
            #expect(term.epoch == 0 && term.identity == "a" && term.lease == "default/lock")
            #expect(term.deadline == fixture.at(10))
            try await run([b]) { _ in
                try await b.elector.follows("a")
                await a.elector.stop(releasing: true)
                #expect(!term.mayWrite(at: fixture.clock.now))
                let next = try await b.elector.nextTerm()
                #expect(next.epoch == 1)
                #expect(fixture.clock.now == fixture.at(0))
                #expect(try await fixture.lease().spec?.holderIdentity == "b")
            }
        }
    }

    @Test("the lease has the labels of who wrote it last, and keeps those of others")
    func labels() async throws {
        let a = try fixture.contender("a", labels: ["app": "a", "team": "red"])
        let b = try fixture.contender("b", labels: ["app": "b"])
        try await run([a]) { _ in
            _ = try await a.elector.nextTerm()
            #expect(try await fixture.lease().metadata.labels == ["app": "a", "team": "red"])
            await a.elector.stop(releasing: true)
        }
        try await run([b]) { _ in
            _ = try await b.elector.nextTerm()
            #expect(try await fixture.lease().metadata.labels == ["app": "b", "team": "red"])
        }
    }

    @Test("when the leader vanishes, the other one leads exactly when the lease expires")
    func expiry() async throws {
        let (a, b) = (try fixture.contender("a"), try fixture.contender("b"))
        try await run([a]) { runs in
            _ = try await a.elector.nextTerm()
            try await run([b]) { _ in
                try await b.elector.follows("a")
                runs[0].cancel()
                try await runs[0].value
                #expect(try await fixture.lease().spec?.holderIdentity == "a")
                await fixture.passThrough(to: 15)
                #expect(try await b.elector.nextTerm().epoch == 1)
                #expect(fixture.clock.now == fixture.at(15))
            }
        }
    }

    @Test("without a watch it polls, and takes over all the same")
    func polling() async throws {
        let (a, b) = (try fixture.contender("a"), try fixture.contender("b"))
        b.script.add(.status(code: 403, reason: "Forbidden"), times: .max) { $0.path?.contains("watch=") == true }
        try await run([a]) { _ in
            _ = try await a.elector.nextTerm()
            try await run([b]) { _ in
                try await b.elector.follows("a")
                await a.elector.stop(releasing: true)
                // The next deadline may be that of opening the watch again; then the following one is for polling.
                while b.elector.current.term == nil, !Task.isCancelled {
                    await fixture.clock.advanceToNextDeadline(notLongerThan: .seconds(2) * 2.2)
                    for _ in 0..<200 where b.elector.current.term == nil { await Task.yield() }
                }
                #expect(try await fixture.lease().spec?.holderIdentity == "b")
            }
        }
    }

    @Test("a leader that cannot renew loses at its deadline, contends again after its work, and leads with a new epoch")
    func loss() async throws {
        let a = try fixture.contender("a")
        try await run([a]) { _ in
            let term = try await a.elector.nextTerm()
            #expect(a.environment.metrics.render().contains(#"leader_election_master_status{name="lock"} 1"#))
            a.script.add(.status(code: 500, reason: "InternalError"), times: .max) { $0.method == .put }
            for seconds in [2, 4, 6, 8, 10.0] { await fixture.pass(seconds) }
            try await a.elector.loses(term)
            #expect(!term.mayWrite(at: fixture.clock.now))
            await term.waitUntilOver()
            let metrics = a.environment.metrics.render()
            #expect(metrics.contains(#"leader_election_master_status{name="lock"} 0"#))
            #expect(!metrics.contains(#"leader_election_slowpath_total{name="lock"} 0"#))
            a.script.clear()
            #expect(a.elector.health.isHealthy)
            fixture.clock.advance(by: .seconds(60))
            #expect(a.elector.current == .lost(term))
            #expect(!a.elector.health.isHealthy)
            await a.elector.workEnded(of: term)
            let next = try await a.elector.nextTerm()
            #expect(next.epoch == 1 && next != term)
            #expect(a.elector.health.isHealthy)
        }
    }

    @Test("a leader that was suspended past its deadline writes nothing when it wakes, and loses its term")
    func suspended() async throws {
        let a = try fixture.contender("a")
        try await run([a]) { _ in
            let term = try await a.elector.nextTerm()
            let fenced = a.client.fenced(environment: a.environment)
            // All at once: nothing was renewed, and nobody has heard of the time that has gone.
            fixture.clock.advance(by: .seconds(60))
            #expect(!term.mayWrite(at: fixture.clock.now))
            let error = await #expect(throws: ClientError.self) {
                try await LeadershipTerm.$current.withValue(term) {
                    _ = try await fenced.create(ConfigMap(metadata: ObjectMeta(name: "late", namespace: "default")))
                }
            }
            #expect(error?.code == .canceled)
            #expect(!a.script.requests.contains { $0.path?.contains("configmaps") == true })
            try await a.elector.loses(term)
            await a.elector.workEnded(of: term)
            #expect(try await a.elector.nextTerm().epoch == 1)
            #expect(!term.mayWrite(at: fixture.clock.now), "the old term does not come back")
        }
    }

    @Test("a follower that stops has no term to lose")
    func follower() async throws {
        let (a, b) = (try fixture.contender("a"), try fixture.contender("b"))
        try await run([a]) { _ in
            _ = try await a.elector.nextTerm()
            try await run([b]) { _ in
                try await b.elector.follows("a")
                await b.elector.stop(releasing: true)
                #expect(b.elector.current == .following(leader: "a"))
                #expect(a.elector.current.term != nil)
                #expect(try await fixture.lease().spec?.holderIdentity == "a")
            }
        }
    }

    @Test("the end of a term that lasts is not believed")
    func earlyWorkEnded() async throws {
        let a = try fixture.contender("a")
        try await run([a]) { _ in
            let term = try await a.elector.nextTerm()
            await a.elector.workEnded(of: term)
            #expect(a.elector.current == .leading(term))
        }
    }

    @Test("a leader whose lease is taken by hand ends its term at once")
    func usurped() async throws {
        let a = try fixture.contender("a")
        try await run([a]) { _ in
            let term = try await a.elector.nextTerm()
            let admin = try fixture.contender("admin").client
            var lease = try await fixture.lease()
            lease.spec?.holderIdentity = "admin"
            _ = try await admin.replace(lease)
            try await a.elector.loses(term)
            #expect(fixture.clock.now == fixture.at(0))
        }
    }

    @Test("a leader whose lease is deleted ends its term at once")
    func deleted() async throws {
        let a = try fixture.contender("a")
        try await run([a]) { _ in
            let term = try await a.elector.nextTerm()
            let admin = try fixture.contender("admin").client
            _ = try await admin.delete(Lease.self, name: "lock", namespace: "default")
            try await a.elector.loses(term)
            #expect(fixture.clock.now == fixture.at(0))
        }
    }

    @Test("canceled, it ends its term and leaves the lease to expire; it runs once")
    func cancellation() async throws {
        let a = try fixture.contender("a")
        try await run([a]) { runs in
            let term = try await a.elector.nextTerm()
            runs[0].cancel()
            try await runs[0].value
            #expect(!term.mayWrite(at: fixture.clock.now))
            #expect(try await fixture.lease().spec?.holderIdentity == "a")
            await #expect(throws: LeaderElectionError.self) { try await a.elector.run() }
        }
    }

    @Test("requests about the lease have a lane of their own and say what they are for")
    func requests() async throws {
        let a = try fixture.contender("a")
        try await run([a]) { _ in
            _ = try await a.elector.nextTerm()
            let agents = Set(a.script.requests.map { $0.headerFields[.userAgent] ?? "" })
            #expect(agents == [KubernetesClient.defaultUserAgent + "/leader-election"])
        }
    }
}
