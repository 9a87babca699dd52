// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import EmbeddedCluster
import HTTPTypes
import KubernetesCore
import KubernetesJSON
import KubernetesMeta
import Logging
import Testing

@testable import KubernetesClient

@Suite("Metadata only", .timeLimit(.minutes(1)))
struct MetadataOnlyTests {
    private typealias Partial = PartialObjectMetadata<ConfigMap>

    private static let one = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"
    private static let many = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"

    @Test("is asked for where the type says so, in reads, lists, watches and patches")
    func accept() async throws {
        let object = #"{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":{"name":"a"}}"#
        let list = #"{"kind":"PartialObjectMetadataList","apiVersion":"meta.k8s.io/v1","metadata":{},"items":null}"#
        let transport = ScriptedTransport([
            .answer(200, object), .answer(200, list), .stream(HTTPBody([])), .answer(200, object), .answer(200, "{}"),
        ])
        let client = KubernetesClient.scripted(transport)
        #expect(try await client.get(Partial.self, name: "a").metadata.name == "a")
        #expect(try await client.list(Partial.self).items.isEmpty)
        _ = try await client.watch(Partial.self)
        _ = try await client.patch(Partial.self, name: "a", .merge(["metadata": ["labels": ["x": "y"]]]))
        try await client.delete(Partial.self, name: "a")
        #expect(
            transport.sent.map { $0.head.headerFields[.accept] } == [Self.one, Self.many, Self.one, Self.one, "application/json"]
        )
        #expect(transport.sent.map { $0.head.path?.hasPrefix("/api/v1/") } == Array(repeating: true, count: 5))
    }

    @Test("of a server that sends whole objects all the same, only the metadata is kept; other kinds are refused")
    func whole() throws {
        let text = #"{"kind":"ConfigMapList","apiVersion":"v1","items":[{"metadata":{"name":"a"},"data":{"k":"v"}}]}"#
        let list = try JSON.decode(ResourceList<Partial>.self, from: Array(text.utf8))
        #expect(list.items == [Partial(metadata: ObjectMeta(name: "a"))])
        let object = #"{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a"},"data":{"k":"v"}}"#
        #expect(try JSON.decode(Partial.self, from: Array(object.utf8)) == list.items[0])
        let other = #"{"kind":"Secret","apiVersion":"v1","metadata":{"name":"a"}}"#
        #expect(throws: JSONError.self) { try JSON.decode(Partial.self, from: Array(other.utf8)) }
        let others = #"{"kind":"SecretList","apiVersion":"v1","items":[]}"#
        #expect(throws: JSONError.self) { try JSON.decode(ResourceList<Partial>.self, from: Array(others.utf8)) }
    }

    @Test("an object that has nothing but metadata is not written over the whole one")
    func refused() async throws {
        let transport = ScriptedTransport([])
        let client = KubernetesClient.scripted(transport)
        let object = Partial(metadata: ObjectMeta(name: "a"))
        for call: @Sendable () async throws -> Partial in [
            { try await client.create(object) }, { try await client.replace(object) },
            { try await client.apply(object, options: WriteOptions(fieldManager: "me")) },
        ] {
            let error = await #expect(throws: ClientError.self) { try await call() }
            #expect(error?.code == .invalidRequest && error?.message.contains("no whole object") == true)
        }
        #expect(transport.sent.isEmpty)
    }

    @Test("comes without the rest over the whole life of an object")
    func life() async throws {
        let cluster = try EmbeddedCluster()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let client = KubernetesClient(transport: cluster.transport(), logger: logger)
        let metadata = ObjectMeta(labels: ["app": "web"], name: "a", namespace: "default")
        let created = try await client.create(ConfigMap(metadata: metadata, data: ["k": "v"]))
        let read = try await client.get(Partial.self, name: "a")
        #expect(read.metadata == created.metadata)
        let list = try await client.list(Partial.self, namespace: "default", options: ListOptions(labelSelector: "app=web"))
        #expect(list.items == [read])
        let options = WatchOptions(resourceVersion: list.metadata.resourceVersion, labelSelector: "app=web")
        let watch = try await client.watch(Partial.self, namespace: "default", options: options)
        let patched = try await client.patch(Partial.self, name: "a", .merge(["metadata": ["labels": ["x": "y"]]]))
        #expect(patched.metadata.labels == ["app": "web", "x": "y"])
        try await client.delete(Partial.self, name: "a")
        var events = watch.makeAsyncIterator()
        let change = try await events.next()
        #expect(change == .modified(patched))
        guard case .deleted(let gone) = try await events.next() else {
            Issue.record("the deletion was not told")
            return
        }
        #expect(gone.metadata.uid == created.metadata.uid)
        await cluster.shutdown()
    }

    @Test("the answer on the wire holds no data")
    func wire() async throws {
        let cluster = try EmbeddedCluster()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let client = KubernetesClient(transport: cluster.transport(), logger: logger)
        _ = try await client.create(ConfigMap(metadata: ObjectMeta(name: "a", namespace: "default"), data: ["k": "secret-value"]))
        let head = HTTPRequest(
            method: .get,
            scheme: nil,
            authority: nil,
            path: "/api/v1/configmaps",
            headerFields: [.accept: Self.many]
        )
        let text = String(decoding: try await client.request(head).1, as: UTF8.self)
        #expect(text.contains("PartialObjectMetadataList") && text.contains("\"a\"") && !text.contains("secret-value"))
        await cluster.shutdown()
    }
}
