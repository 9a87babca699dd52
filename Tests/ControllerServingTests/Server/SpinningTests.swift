// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerServing
import EmbeddedCluster
import HTTPTypes
import KubernetesClient
import KubernetesCoordination
import Logging
import ServiceLifecycle
import Synchronization
import Testing

/// With the process's own time and threads: what spins takes real processors.
@Suite("Reconcilers that spin", .timeLimit(.minutes(1)))
struct SpinningTests {
    /// Spins on the keys `spin-…` until it is told to end, without ever looking at its cancellation; tells of the others.
    private final class Spinner: Reconciler {
        typealias Key = String

        private let mustEnd = Atomic(false)
        private let spinning: AsyncStream<String>.Continuation
        private let others: AsyncStream<String>.Continuation

        init(spinning: AsyncStream<String>.Continuation, others: AsyncStream<String>.Continuation) {
            (self.spinning, self.others) = (spinning, others)
        }

        func end() { mustEnd.store(true, ordering: .relaxed) }

        func reconcile(_ key: String, context: ReconcileContext) async throws -> ReconcileResult {
            guard key.hasPrefix("spin") else {
                others.yield(key)
                return .done
            }
            spinning.yield(key)
            while !mustEnd.load(ordering: .relaxed) {}
            return .done
        }
    }

    @Test("two of them on two cores: the lease is renewed in time, other keys are reconciled, and /healthz answers")
    func twoSpinners() async throws {
        let logger = ControllerServerTests.logger
        let environment = RuntimeEnvironment(logger: logger)
        let cluster = try EmbeddedCluster()
        let client = KubernetesClient(transport: cluster.transport(), logger: logger)
        let spinning = AsyncStream<String>.makeStream()
        let others = AsyncStream<String>.makeStream()
        let spinner = Spinner(spinning: spinning.continuation, others: others.continuation)
        let controller = Controller(
            name: "spinning",
            reconciler: spinner,
            options: ControllerOptions(workers: 3),
            environment: environment
        )
        let manager = Manager(environment: environment)
        try await manager.add(controller)
        let lease = LeaderElectionOptions(
            leaseName: "spinning",
            leaseNamespace: "default",
            identity: "a",
            leaseDuration: .seconds(6),
            renewDeadline: .seconds(4),
            retryPeriod: .milliseconds(200)
        )
        let elector = try LeaderElector(client: client, options: lease, environment: environment)
        try await manager.add(elector)
        try await ControllerServerTests.serving([.health(environment.health)], environment: environment) { port in
            // Whatever goes wrong, the spinners must end.
            defer { spinner.end() }
            let run = Task { try await manager.run() }
            var term: LeadershipTerm?
            for await leadership in elector.leadership() {
                term = leadership.term
                if term != nil { break }
            }
            let led = try #require(term)
            controller.queue.add(contentsOf: ["spin-1", "spin-2"])
            var spins = spinning.stream.makeAsyncIterator()
            #expect(await Set([spins.next(), spins.next()]) == ["spin-1", "spin-2"])

            var rest = others.stream.makeAsyncIterator()
            // Each renewal is a change of the lease; none in time would end the term.
            let watch = try await client.watch(Lease.self, namespace: "default")
            var renewals = watch.makeAsyncIterator()
            let deadline = led.deadline
            for number in 0..<5 {
                _ = try await renewals.next()
                controller.queue.add("other-\(number)")
                #expect(await rest.next() == "other-\(number)")
                #expect(try await ControllerServerTests.get("/healthz", port: port).status == 200)
            }
            #expect(led.mayWrite(at: environment.time.now()) && led.deadline > deadline, "it is still the same term")
            #expect(controller.activity.active == 2, "and they have spun all the time")
            spinner.end()
            manager.stop()
            try await run.value
        }
    }
}
