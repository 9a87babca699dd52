// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import EmbeddedCluster
import KubernetesClient
import KubernetesCore
import KubernetesMeta
import Logging
import Testing

@Suite("A cache in a manager", .timeLimit(.minutes(1)))
struct CacheManagerTests {
    private struct Copier: Reconciler {
        let cache: Cache
        let seen: Calls<String>

        func reconcile(_ key: ObjectKey, context: ReconcileContext) async throws -> ReconcileResult {
            let value = try cache.get(ConfigMap.self, key)?.data?["k"]
            seen.put(value ?? "gone")
            return .done
        }
    }

    @Test("a controller over a cached informer: the manager runs the cache, once, and waits until it has synced")
    func controller() async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let clock = ManualClock()
        let cluster = try EmbeddedCluster(options: EmbeddedClusterOptions(clock: clock.clusterClock))
        let client = KubernetesClient(transport: cluster.transport(), logger: logger)
        let environment = RuntimeEnvironment(time: clock.timeSource, random: .seeded(1), logger: logger)
        let cache = Cache(client: client, environment: environment)
        let seen = Calls<String>()
        let own = LabelSelector(.exists("own"))
        let controller = Controller(
            name: "copier",
            reconciler: Copier(cache: cache, seen: seen),
            environment: environment
        ).watches(try cache.declare(ConfigMap.self, scope: CacheScope(labels: own)))
        let manager = Manager(environment: environment)
        try await manager.add(controller)
        try await manager.add(cache)
        _ = try await client.create(
            ConfigMap(metadata: ObjectMeta(labels: ["own": ""], name: "a", namespace: "default"), data: ["k": "1"])
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await manager.run() }
            #expect(await seen.next() == "1")
            try await client.delete(ConfigMap.self, name: "a", namespace: "default")
            #expect(await seen.next() == "gone")
            #expect(environment.health.render(.ready).isHealthy)
            manager.stop()
            try await group.waitForAll()
        }
        await cluster.shutdown()
    }
}
