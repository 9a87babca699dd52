// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerTesting
import EmbeddedCluster
import HTTPTypes
import KubernetesClient
import KubernetesCore
import KubernetesMeta
import Testing

@testable import ControllerRuntime

@Suite("Writes of the leader", .timeLimit(.minutes(1)))
struct FencedTransportTests {
    private let fixture: ElectionFixture
    private let contender: ElectionFixture.Contender
    private let client: KubernetesClient

    init() throws {
        fixture = try ElectionFixture()
        contender = try fixture.contender("a")
        client = contender.client.fenced(environment: contender.environment)
    }

    private func term(deadline: Double) -> LeadershipTerm {
        LeadershipTerm(lease: "default/lock", identity: "a_1", epoch: 7, deadline: fixture.at(deadline))
    }

    private func create(_ name: String) async throws {
        _ = try await client.create(ConfigMap(metadata: ObjectMeta(name: name, namespace: "default")))
    }

    @Test("a write names lease, epoch and holder in its User-Agent, after what the client calls itself")
    func userAgent() async throws {
        try await LeadershipTerm.$current.withValue(term(deadline: 10)) {
            try await create("one")
            _ = try await client.get(ConfigMap.self, name: "one", namespace: "default")
        }
        let agents = contender.script.requests.map { $0.headerFields[.userAgent] ?? "" }
        #expect(agents.first == KubernetesClient.defaultUserAgent + " leadership/7 (default/lock; a_1)")
        #expect(agents.last == KubernetesClient.defaultUserAgent)
    }

    @Test("without a term, or with one that is over, nothing is sent, and it is counted; reads pass")
    func refused() async throws {
        let over = term(deadline: 10)
        let ended = term(deadline: 100)
        ended.end(at: fixture.at(0))
        ended.extend(to: fixture.at(1000))
        fixture.clock.advance(by: .seconds(10))
        for present in [nil, over, ended] {
            let error = await #expect(throws: ClientError.self) {
                try await LeadershipTerm.$current.withValue(present) { try await create("never") }
            }
            #expect(error?.code == .canceled)
            #expect(error?.message.contains(present == nil ? "outside of a term" : "is over") == true)
        }
        #expect(contender.script.requests.isEmpty)
        #expect(contender.environment.metrics.render().contains("leader_election_refused_writes_total 3"))
        let namespace = try await client.get(Namespace.self, name: "default")
        #expect(namespace.metadata.name == "default")
    }

    /// Refused once, as a term that is over, and not there.
    private func isRefused(_ name: String, _ body: () async throws -> Void) async throws {
        let error = await #expect(throws: ClientError.self) { try await body() }
        #expect(error?.code == .canceled)
        #expect(error?.message.contains("is over") == true)
        #expect((error?.underlying as? TransportError)?.code == .canceled)
        #expect(contender.environment.metrics.render().contains("leader_election_refused_writes_total 1"))
        let read = await #expect(throws: ClientError.self) {
            try await client.get(ConfigMap.self, name: name, namespace: "default")
        }
        #expect(read?.isNotFound == true)
    }

    @Test("a write that is held up behind the fence until its term is over is refused there, as at the fence itself")
    func heldUp() async throws {
        let gate = FaultGate()
        contender.script.add(.hold(gate))
        let task = LeadershipTerm.$current.withValue(term(deadline: 10)) { Task { try await create("late") } }
        await gate.waitForArrival()
        fixture.clock.advance(by: .seconds(10))
        gate.open()
        try await isRefused("late") { try await task.value }
        #expect(contender.script.requests.map(\.method) == [.post, .get])
    }

    @Test("a write that the server asks to repeat later is not repeated when the term is over by then")
    func repeated() async throws {
        contender.script.add(.status(code: 429, reason: "TooManyRequests", retryAfter: 3))
        let client = KubernetesClient(
            transport: client.transport,
            retryPolicy: .default,
            logger: contender.environment.logger,
            sleep: { [clock = fixture.clock] in clock.advance(by: $0) }
        )
        try await isRefused("late") {
            try await LeadershipTerm.$current.withValue(term(deadline: 3)) {
                _ = try await client.create(ConfigMap(metadata: ObjectMeta(name: "late", namespace: "default")))
            }
        }
        #expect(contender.script.requests.map(\.method) == [.post, .get])
    }

    @Test("a permit that the write had before counts as well")
    func nested() async throws {
        let transport = FencedTransport(fixture.cluster.transport(), environment: contender.environment)
        let error = await #expect(throws: TransportError.self) {
            try await LeadershipTerm.$current.withValue(term(deadline: 3)) {
                try await transport.send(
                    .init(method: .post, scheme: nil, authority: nil, path: "/api/v1/namespaces"),
                    body: [],
                    options: RequestOptions(permit: SendPermit { TransportError(.closed, "no more") })
                )
            }
        }
        #expect(error?.message == "no more")
        #expect(!contender.environment.metrics.render().contains("leader_election_refused_writes_total 1"))
    }

    @Test("work that was begun in one term writes under that one, whatever term there is now")
    func inherited() async throws {
        let (old, new) = (term(deadline: 5), term(deadline: 50))
        fixture.clock.advance(by: .seconds(6))
        let begun = Latch<Void>()
        let stray = LeadershipTerm.$current.withValue(old) {
            Task {
                _ = await begun.wait()
                try await create("stray")
            }
        }
        try await LeadershipTerm.$current.withValue(new) {
            try await create("fresh")
            begun.open(())
            await #expect(throws: ClientError.self) { try await stray.value }
        }
    }

    @Test("no write is waited for beyond the term")
    func timeout() async throws {
        let seen = Calls<Duration?>()
        let transport = FencedTransport(Recorder(seen: seen), environment: contender.environment)
        fixture.clock.advance(by: .seconds(7))
        for timeout in [nil, .seconds(30), Duration.seconds(1)] {
            await LeadershipTerm.$current.withValue(term(deadline: 10)) {
                await #expect(throws: TransportError.self) {
                    _ = try await transport.send(
                        .init(method: .post, scheme: nil, authority: nil, path: "/"),
                        body: [],
                        options: RequestOptions(timeout: timeout)
                    )
                }
            }
        }
        #expect(seen.rest == [.seconds(3), .seconds(3), .seconds(1)])
    }
}
