// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import EmbeddedCluster
import HTTPTypes
import KubernetesClient
import KubernetesCore
import KubernetesJSON
import KubernetesMeta
import Logging
import Testing

@Suite("Projections in a cache", .timeLimit(.minutes(1)))
struct ProjectionTests {
    /// A ConfigMap of which only the names of its entries are kept.
    struct EntryNames: Resource {
        static let groupVersionKind = ConfigMap.groupVersionKind
        static let plural = ConfigMap.plural
        static let scope = ConfigMap.scope
        var metadata = ObjectMeta()
        var names: [String] = []

        init(from reader: inout JSONReader) throws(JSONError) {
            try reader.beginObject()
            while let key = try reader.nextKey() {
                switch key {
                case "metadata": try reader.read(into: &metadata)
                case "data":
                    try reader.beginObject()
                    while let name = try reader.nextKey() {
                        names.append(name.string)
                        try reader.skip()
                    }
                default: try reader.skip()
                }
            }
        }

        func write(to writer: inout JSONWriter) {
            writer.beginObject()
            writer.member("metadata", metadata)
            writer.member("names", names)
            writer.endObject()
        }
    }

    @Test("c-r #1491: a type that names only what is needed is cached as such; the estimate shows what that saves")
    func projection() async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let clock = ManualClock()
        let cluster = try EmbeddedCluster(options: EmbeddedClusterOptions(clock: clock.clusterClock))
        let client = KubernetesClient(transport: cluster.transport(), logger: logger)
        let environment = RuntimeEnvironment(time: clock.timeSource, random: .seeded(1), logger: logger)
        let cache = Cache(client: client, environment: environment)
        let scope = CacheScope.namespace("default")
        let whole = try cache.declare(ConfigMap.self, scope: scope, transform: .droppingManagedFields)
        let names = try cache.declare(EntryNames.self, scope: scope, transform: .droppingManagedFields)
        #expect(whole.name == "default/configmaps" && names.name == "default/configmaps-2")
        let big = ["a": String(repeating: "x", count: 50_000), "b": "y"]
        for name in ["m0", "m1", "m2"] {
            _ = try await client.create(ConfigMap(metadata: ObjectMeta(name: name, namespace: "default"), data: big))
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await cache.run() }
            defer { group.cancelAll() }
            try await cache.waitUntilSynced()
            let key = ObjectKey(namespace: "default", name: "m1")
            #expect(try cache.get(EntryNames.self, key)?.names.sorted() == ["a", "b"])
            #expect(names.snapshot().estimatedBytes() * 10 < whole.snapshot().estimatedBytes())
            let answer = try await client.patch(ConfigMap.self, name: "m1", namespace: "default", .merge(["data": ["c": "z"]]))
            let caughtUp = Latch<Void>()
            names.whenCaughtUp(to: answer.metadata.resourceVersion ?? "") { caughtUp.open(()) }
            _ = await caughtUp.wait()
            #expect(try cache.get(EntryNames.self, key)?.names.sorted() == ["a", "b", "c"])
            let shown = environment.debug.snapshot(.caches, of: "default/configmaps-2")?["default/configmaps-2"]
            #expect(shown?["status"] == "synced")
            #expect(shown?["store"]?["namespaces"]?["default"] == .int(names.snapshot().count))
        }
        await cluster.shutdown()
    }

    /// Notes what reads ask for.
    private struct AcceptRecorder: HTTPTransport {
        let base: any HTTPTransport
        let accepted = Locked<Set<String>>([])

        func send(_ head: HTTPRequest, body: [UInt8], options: RequestOptions) async throws(TransportError) -> HTTPExchange {
            if head.method == .get { accepted.withLock { _ = $0.insert(head.headerFields[.accept] ?? "") } }
            return try await base.send(head, body: body, options: options)
        }

        func shutdown() async { await base.shutdown() }
    }

    @Test("metadata alone is asked for, kept and followed")
    func metadataOnly() async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let clock = ManualClock()
        let cluster = try EmbeddedCluster(options: EmbeddedClusterOptions(clock: clock.clusterClock))
        let admin = KubernetesClient(transport: cluster.transport(), logger: logger)
        let transport = AcceptRecorder(base: cluster.transport())
        let environment = RuntimeEnvironment(time: clock.timeSource, random: .seeded(1), logger: logger)
        let cache = Cache(client: KubernetesClient(transport: transport, logger: logger), environment: environment)
        let informer = try cache.declare(PartialObjectMetadata<ConfigMap>.self, scope: .namespace("default"))
        let metadata = ObjectMeta(labels: ["app": "web"], name: "a", namespace: "default")
        _ = try await admin.create(ConfigMap(metadata: metadata, data: ["k": "v"]))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await cache.run() }
            defer { group.cancelAll() }
            try await cache.waitUntilSynced()
            let key = ObjectKey(namespace: "default", name: "a")
            #expect(try cache.get(PartialObjectMetadata<ConfigMap>.self, key)?.metadata.labels == ["app": "web"])
            let patch = Patch.merge(["metadata": ["labels": ["app": "db"]]])
            let changed = try await admin.patch(ConfigMap.self, name: "a", namespace: "default", patch)
            let caughtUp = Latch<Void>()
            informer.whenCaughtUp(to: changed.metadata.resourceVersion ?? "") { caughtUp.open(()) }
            _ = await caughtUp.wait()
            #expect(try cache.get(PartialObjectMetadata<ConfigMap>.self, key)?.metadata == changed.metadata)
        }
        let accepted = transport.accepted.withLock { $0 }
        #expect(!accepted.isEmpty && accepted.allSatisfy { $0.contains("as=PartialObjectMetadata") }, "\(accepted)")
        await cluster.shutdown()
    }
}
