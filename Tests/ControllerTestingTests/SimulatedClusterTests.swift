// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import ControllerTestingTraits
import EmbeddedCluster
import KubernetesClient
import KubernetesCore
import KubernetesMeta
import Testing

@Suite("A simulated cluster", .timeLimit(.minutes(1)))
struct SimulatedClusterTests {
    private struct Outcome: Sendable, Equatable {
        var digest: UInt64 = 0
        var requests = 0
        var counts: [Int] = []
        var faults = 0
        var log: [String] = []
    }

    /// An hour in which three jobs run pods of ten minutes each over a network where one request in five goes wrong.
    private func hour(seed: UInt64, order: SimulationExecutor.Order = .inOrder) async throws -> Outcome {
        let outcome = Locked(Outcome())
        let options = SimulatedClusterOptions(
            seed: seed,
            order: order,
            chaosRate: 0.2,
            // Little history, so that a watch that was away for a while finds its revision gone.
            history: HistoryLimit(changes: 20)
        )
        let real = ContinuousClock.now
        try await SimulatedCluster.run(options) { cluster in
            let batch = BatchReconciler.controller(in: cluster)
            let manager = Manager(environment: cluster.environment)
            try await manager.add(batch.controller)
            cluster.start(manager)
            cluster.start(
                SimulatedNode(client: cluster.admin, environment: cluster.environment) { _ in .exits(0, after: .seconds(600)) }
            )
            _ = try await cluster.admin.create(Namespace(metadata: ObjectMeta(name: "jobs")))
            for name in ["a", "b", "c"] {
                let job = ConfigMap(metadata: ObjectMeta(name: name, namespace: "jobs"), data: ["kind": "batch"])
                _ = try await cluster.admin.create(job)
            }
            try await cluster.advance(by: .seconds(3600))
            #expect(cluster.clock.now == MonotonicInstant(nanoseconds: 3_600_000_000_000))
            outcome.withLock { outcome in
                outcome.digest = cluster.trace.digest
                outcome.requests = cluster.trace.count
                outcome.counts = ["a", "b", "c"].map(batch.reconciler.count)
                outcome.faults = cluster.chaos.injected.values.reduce(0, +)
                outcome.log = cluster.log.entries.map { "\($0.level) \($0.message) \($0.metadata.sorted { $0.key < $1.key })" }
            }
            cluster.chaos.calm()
            let before = ["a", "b", "c"].map(batch.reconciler.count)
            try await cluster.wait(upTo: .seconds(2400), for: "two more pods of each job") {
                zip(["a", "b", "c"].map(batch.reconciler.count), before).allSatisfy { $0 >= $1 + 2 }
            }
        }
        let result = outcome.withLock { $0 }
        print(
            "an hour: \(result.requests) requests, \(result.faults) faults, digest \(result.digest), pods \(result.counts), \(ContinuousClock.now - real)"
        )
        return result
    }

    @Test(
        "an hour with faults takes no time and repeats to the last request and log line from its seed",
        arguments: [UInt64(1), 2030]
    )
    func repeats(seed: UInt64) async throws {
        let first = try await hour(seed: seed)
        #expect(first.counts.allSatisfy { $0 >= 3 })
        #expect(first.faults >= 5)
        #expect(try await hour(seed: seed) == first)
        #expect(try await hour(seed: seed + 1).digest != first.digest)
    }

    @Test("shuffled jobs are another run, which repeats as well")
    func shuffled() async throws {
        let first = try await hour(seed: 11, order: .shuffled)
        #expect(try await hour(seed: 11, order: .shuffled) == first)
        #expect(try await hour(seed: 11).digest != first.digest)
    }

    @Test("the trait gives each test a cluster of its own, with its seed", .cluster(seed: 42))
    func trait() async throws {
        let cluster = try SimulatedCluster.current
        #expect(cluster.seed == 42)
        let informer = Informer<Namespace>(client: cluster.client, environment: cluster.environment)
        cluster.start("informer") { try await informer.run() }
        try await cluster.wait(for: "the system namespaces") { informer.get(ObjectKey(name: "kube-system")) != nil }
        #expect(cluster.trace.lines.contains { $0.contains("GET /api/v1/namespaces") && $0.hasSuffix(" 200") })
    }

    @Test("without the trait there is no cluster, and the error says what to do")
    func noTrait() {
        #expect { _ = try SimulatedCluster.current } throws: { "\($0)".contains("trait .cluster") }
    }

    @Test("a part that fails ends the test with its name and the seed")
    func failingPart() async throws {
        struct Broken: Error {}
        await #expect {
            try await SimulatedCluster.run(SimulatedClusterOptions(seed: 3)) { cluster in
                cluster.start("wheel") { throw Broken() }
                try await cluster.wait(upTo: .seconds(10), for: "nothing") { false }
            }
        } throws: {
            let error = $0 as? SimulationError
            return error?.code == .partFailed && "\($0)".contains("wheel") && "\($0)".contains("seed 3")
        }
    }

    @Test("what does not come in its time is an error that tells the last requests and how to repeat")
    func notReached() async throws {
        await #expect {
            try await SimulatedCluster.run(SimulatedClusterOptions(seed: 4)) { cluster in
                _ = try await cluster.client.list(Pod.self)
                try await cluster.wait(upTo: .seconds(10), for: "a miracle") { false }
            }
        } throws: {
            let text = "\($0)"
            return ($0 as? SimulationError)?.code == .notReached && text.contains("a miracle did not come")
                && text.contains("CLUSTER_SEED=4") && text.contains("GET /api/v1/pods")
        }
    }

    @Test("a part that ignores its cancellation for a while does not hold up the end")
    func stubborn() async throws {
        let controllerEnded = Locked(false)
        try await SimulatedCluster.run(SimulatedClusterOptions(seed: 5)) { cluster in
            let reconciler = Stubborn()
            let controller = Controller(name: "stubborn", reconciler: reconciler, environment: cluster.environment)
            cluster.start("controller") {
                try await controller.run()
                controllerEnded.withLock { $0 = true }
            }
            controller.queue.add("a")
            await cluster.settle()
            #expect(controller.activity.active == 1)
        }
        #expect(controllerEnded.withLock { $0 })
    }

    private struct Stubborn: Reconciler {
        func reconcile(_ key: String, context: ReconcileContext) async throws -> ReconcileResult {
            _ = await Latch<Void>().waitIgnoringCancellation()
            return .done
        }
    }
}
