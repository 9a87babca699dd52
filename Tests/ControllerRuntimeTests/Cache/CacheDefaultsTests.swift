// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerTesting
import EmbeddedCluster
import KubernetesClient
import KubernetesCore
import KubernetesMeta
import Logging
import Testing

@testable import ControllerRuntime

@Suite("What a cache follows unless told otherwise", .timeLimit(.minutes(1)))
struct CacheDefaultsTests {
    private struct Idle: Reconciler {
        func reconcile(_ key: ObjectKey, context: ReconcileContext) async throws -> ReconcileResult { .done }
    }

    private func withCluster(_ body: (KubernetesClient, RuntimeEnvironment) async throws -> Void) async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let clock = ManualClock()
        let cluster = try EmbeddedCluster(options: EmbeddedClusterOptions(clock: clock.clusterClock))
        let environment = RuntimeEnvironment(time: clock.timeSource, random: .seeded(1), logger: logger)
        try await body(KubernetesClient(transport: cluster.transport(), logger: logger), environment)
        await cluster.shutdown()
    }

    private func create(_ client: KubernetesClient, _ name: String, in namespace: String, team: String) async throws {
        let metadata = ObjectMeta(annotations: ["long": "text"], labels: ["team": team], name: name, namespace: namespace)
        _ = try await client.create(ConfigMap(metadata: metadata))
    }

    private func names(_ objects: [ConfigMap]) -> [String] {
        objects.filter { $0.metadata.labels?["team"] != nil }.compactMap(\.metadata.name).sorted()
    }

    @Test(
        "all namespaces but the named ones: the server leaves them out, reads of them throw, and they may be declared otherwise"
    )
    func allBut() async throws {
        try await withCluster { client, environment in
            for namespace in ["x", "y", "z"] {
                _ = try await client.create(Namespace(metadata: ObjectMeta(name: namespace)))
                try await create(client, "in-\(namespace)", in: namespace, team: "red")
            }
            let cache = Cache(client: client, environment: environment)
            let rest = CacheScope(.allBut(["x", "y"]))
            let informer = try cache.declare(ConfigMap.self, scope: rest)
            #expect(informer.name == "other-namespaces/configmaps")
            #expect(!informer.mayFollow("in-x", in: "x") && informer.mayFollow("in-z", in: "z"))
            try cache.declare(ConfigMap.self, scope: CacheScope(.named(["x"]), labels: LabelSelector(.equals("team", "red"))))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await cache.run() }
                try await cache.waitUntilSynced()
                #expect(names(try cache.list(ConfigMap.self, scope: rest)) == ["in-z"])
                #expect(names(try cache.list(ConfigMap.self, namespace: "z")) == ["in-z"])
                #expect(names(try cache.list(ConfigMap.self, namespace: "x")) == ["in-x"])
                #expect { try cache.list(ConfigMap.self, namespace: "y") } throws: { error in
                    (error as? CacheError)?.code == .outOfScope
                }
                try await create(client, "later", in: "y", team: "red")
                try await create(client, "later", in: "z", team: "red")
                for await _ in informer.changes() where informer.get(ObjectKey(namespace: "z", name: "later")) != nil { break }
                #expect(informer.list(namespace: "y").isEmpty)
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }

    @Test("a declaration without scope or transform takes the cache's; one that names them takes those alone")
    func defaults() async throws {
        try await withCluster { client, environment in
            for namespace in ["x", "y"] {
                _ = try await client.create(Namespace(metadata: ObjectMeta(labels: ["team": "red"], name: namespace)))
                for team in ["red", "blue"] { try await create(client, team, in: namespace, team: team) }
            }
            let red = LabelSelector(.equals("team", "red"))
            let defaults = CacheDefaults(scope: CacheScope(.named(["x"]), labels: red)) { $0.annotations = nil }
            let cache = Cache(client: client, defaults: defaults, environment: environment)
            let informer = try cache.declare(ConfigMap.self)
            let own = CacheScope.namespace("y")
            let other = try cache.declare(ConfigMap.self, scope: own, transform: ObjectTransform { _ in })
            let namespaces = try cache.declare(Namespace.self)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await cache.run() }
                try await cache.waitUntilSynced()
                #expect(informer.list().map(\.metadata.name) == ["red"])
                #expect(informer.list().allSatisfy { $0.metadata.namespace == "x" && $0.metadata.annotations == nil })
                #expect(names(other.list()) == ["blue", "red"])
                #expect(other.list().contains { $0.metadata.annotations != nil })
                #expect(Set(namespaces.list().map(\.metadata.name)) == ["x", "y"], "of no namespace, but with the labels")
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }

    @Test("a builder takes the cache's default scope for all of its kinds, and its own for what it owns when it has one")
    func builder() async throws {
        try await withCluster { client, environment in
            let defaults = CacheDefaults(scope: CacheScope(.allBut(["kube-system"])))
            let cache = Cache(client: client, defaults: defaults, environment: environment)
            let plain = try ControllerBuilder(for: ConfigMap.self, cache: cache).owns(Secret.self).build(Idle())
            #expect(plain.informers.map(\.name) == ["other-namespaces/configmaps", "other-namespaces/secrets"])
            let scoped = try ControllerBuilder(for: Pod.self, cache: cache, scope: .namespace("x")).owns(Service.self).build(
                Idle()
            )
            #expect(scoped.informers.map(\.name) == ["x/pods", "x/services"])
        }
    }

    @Test("all namespaces but none, or of a kind that has none, is refused")
    func refused() async throws {
        try await withCluster { client, environment in
            let cache = Cache(client: client, environment: environment)
            for names: Set<String> in [[], [""]] {
                #expect { try cache.declare(Pod.self, scope: CacheScope(.allBut(names))) } throws: { error in
                    (error as? CacheError)?.code == .invalidScope
                }
            }
            #expect { try cache.declare(Node.self, scope: CacheScope(.allBut(["x"]))) } throws: { error in
                (error as? CacheError)?.code == .invalidScope
            }
        }
    }
}
