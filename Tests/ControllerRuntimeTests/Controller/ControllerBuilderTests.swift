// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerTesting
import EmbeddedCluster
import KubernetesClient
import KubernetesCoordination
import KubernetesCore
import KubernetesMeta
import Logging
import Testing

@testable import ControllerRuntime

@Suite("The controller builder", .timeLimit(.minutes(1)))
struct ControllerBuilderTests {
    private struct Recorder: Reconciler {
        let calls: Calls<String>

        func reconcile(_ key: ObjectKey, context: ReconcileContext) async throws -> ReconcileResult {
            calls.put("\(key): \(context.causes)")
            return .done
        }
    }

    private let calls = Calls<String>()

    /// Runs a controller that `build` makes, against a cluster that has one ConfigMap, `default/main`.
    private func run(
        _ build: (ControllerBuilder<ConfigMap>, Cache) throws -> Controller<Recorder>,
        _ body: (KubernetesClient, ConfigMap) async throws -> Void
    ) async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let clock = ManualClock()
        let cluster = try EmbeddedCluster(options: EmbeddedClusterOptions(clock: clock.clusterClock))
        let client = KubernetesClient(transport: cluster.transport(), logger: logger)
        let environment = RuntimeEnvironment(time: clock.timeSource, random: .seeded(1), logger: logger)
        let cache = Cache(client: client, environment: environment)
        let own = CacheScope(.named(["default"]), labels: LabelSelector(.exists("main")))
        let main = try await client.create(
            ConfigMap(metadata: ObjectMeta(labels: ["main": ""], name: "main", namespace: "default"))
        )
        let controller = try build(ControllerBuilder(for: ConfigMap.self, cache: cache, scope: own), cache)
        let manager = Manager(environment: environment)
        try await manager.add(cache)
        try await manager.add(controller)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await manager.run() }
            #expect(await calls.next() == "default/main: listed ConfigMap default/main")
            try await body(client, main)
            manager.stop()
            try await group.waitForAll()
        }
        await cluster.shutdown()
    }

    @Test("for, owns, watches and a filter declare their informers and map changes to keys of the main kind")
    func sources() async throws {
        try await run(
            { builder, _ in
                try builder.named("sites")
                    .owns(Secret.self)
                    .watches(Service.self, where: .labelChanged("site")) { change in
                        [change.object?.metadata.labels?["site"].map { ObjectKey(namespace: "default", name: $0) }]
                            .compactMap(\.self)
                    }
                    .filter { _, new in new?.annotations?["ignore"] == nil }
                    .fairBetweenNamespaces()
                    .options(ControllerOptions(workers: 1))
                    .build(Recorder(calls: calls))
            },
            { client, main in
                var owned = ObjectMeta(name: "owned", namespace: "default")
                try owned.setControllerReference(to: main)
                _ = try await client.create(Secret(metadata: owned))
                #expect(await calls.next() == "default/main: created Secret default/owned")
                var ignored = ObjectMeta(annotations: ["ignore": ""], name: "ignored", namespace: "default")
                try ignored.setControllerReference(to: main)
                _ = try await client.create(Secret(metadata: ignored))
                _ = try await client.create(Secret(metadata: ObjectMeta(name: "other", namespace: "default")))
                try await client.delete(Secret.self, name: "owned", namespace: "default")
                #expect(await calls.next() == "default/main: deleted Secret default/owned")
                let service = Service(
                    metadata: ObjectMeta(labels: ["site": "web"], name: "s", namespace: "default"),
                    spec: ServiceSpec(clusterIP: "None")
                )
                _ = try await client.create(service)
                #expect(await calls.next() == "default/web: created Service default/s")
            }
        )
    }

    @Test("what a builder is told goes before the workers of its kind, those before the defaults of the environment")
    func defaults() throws {
        var environment = RuntimeEnvironment()
        environment.controllers.options.budget = .seconds(7)
        environment.controllers.options.workers = 2
        environment.controllers.workersByKind = ["ConfigMap": 9, "Lease.coordination.k8s.io": 5, "Secret.other": 8]
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let client = KubernetesClient(transport: ScriptedTransport(), logger: logger)
        let cache = Cache(client: client, environment: environment)
        let recorder = Recorder(calls: calls)
        let ofKind = try ControllerBuilder(for: ConfigMap.self, cache: cache).build(recorder)
        #expect(ofKind.options.workers == 9 && ofKind.options.budget == .seconds(7))
        let grouped = try ControllerBuilder(for: Lease.self, cache: cache).options { $0.budget = nil }.build(recorder)
        #expect(grouped.options.workers == 5 && grouped.options.budget == nil)
        #expect(try ControllerBuilder(for: Secret.self, cache: cache).build(recorder).options.workers == 2)
        let told = try ControllerBuilder(for: ConfigMap.self, cache: cache).options(ControllerOptions(workers: 1)).build(recorder)
        #expect(told.options.workers == 1 && told.options.budget == .seconds(120))
        let plain = Controller(name: "plain", reconciler: recorder, environment: environment)
        #expect(plain.options.workers == 2 && plain.options.budget == .seconds(7))
    }

    @Test("every owner of the kind is found when asked for, in any version and of no other group")
    func owners() {
        func reference(_ apiVersion: String, _ name: String, controls: Bool = false) -> KubernetesMeta.OwnerReference {
            KubernetesMeta.OwnerReference(apiVersion: apiVersion, kind: "ConfigMap", name: name, uid: name, controller: controls)
        }
        let owned = ConfigMap(
            metadata: ObjectMeta(
                name: "x",
                namespace: "n",
                ownerReferences: [reference("v2", "a", controls: true), reference("v1", "b"), reference("other/v1", "c")]
            )
        )
        let change = ObjectChange(key: ObjectKey(owned), old: owned, new: owned)
        #expect(change.owners(of: ConfigMap.self, everyOwner: false).map(\.name) == ["a"])
        #expect(change.owners(of: ConfigMap.self, everyOwner: true).map(\.name) == ["a", "b"])
        #expect(change.owners(of: Node.self, everyOwner: true).isEmpty)
    }
}
