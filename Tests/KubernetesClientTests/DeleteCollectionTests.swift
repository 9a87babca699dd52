// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import EmbeddedCluster
import KubernetesCore
import KubernetesJSON
import KubernetesMeta
import Logging
import Testing

@testable import KubernetesClient

@Suite("Deleting a collection", .timeLimit(.minutes(1)))
struct DeleteCollectionTests {
    @Test("is one request for what the selectors choose in one namespace")
    func request() async throws {
        let transport = ScriptedTransport([.answer(200, "{}"), .answer(200, "{}")])
        let client = KubernetesClient.scripted(transport)
        let selection = ListOptions(labelSelector: "app=web", fieldSelector: "status.phase=Failed")
        try await client.deleteCollection(
            Pod.self,
            matching: selection,
            options: DeleteOptions(uid: nil, gracePeriodSeconds: 0, propagation: .background)
        )
        try await client.deleteCollection(Node.self, namespace: "n", matching: ListOptions())
        #expect(
            transport.sent.map(\.line) == [
                "DELETE /api/v1/namespaces/home/pods?labelSelector=app%3Dweb&fieldSelector=status.phase%3DFailed",
                "DELETE /api/v1/nodes",
            ]
        )
        let body = try JSON.decode(JSONValue.self, from: transport.sent[0].body)
        #expect(body["gracePeriodSeconds"] == 0 && body["propagationPolicy"] == "Background")
    }

    @Test("leaves other namespaces, and what the selectors do not choose")
    func effect() async throws {
        let cluster = try EmbeddedCluster()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let client = KubernetesClient(transport: cluster.transport(), logger: logger)
        _ = try await client.create(Namespace(metadata: ObjectMeta(name: "other")))
        for (name, app, namespace) in [
            ("a", "web", "default"), ("b", "web", "default"), ("c", "db", "default"), ("d", "web", "other"),
        ] {
            let metadata = ObjectMeta(labels: ["app": app], name: name, namespace: namespace)
            _ = try await client.create(ConfigMap(metadata: metadata, data: ["k": "v"]))
        }
        let web = ListOptions(labelSelector: "app")
        func names() async throws -> [String] {
            try await client.list(ConfigMap.self, options: web).items.compactMap(\.metadata.name).sorted()
        }
        let tried = client.with(writeDefaults: WriteDefaults(dryRun: true))
        try await tried.deleteCollection(ConfigMap.self, matching: ListOptions(labelSelector: "app=web"))
        #expect(try await names() == ["a", "b", "c", "d"])
        try await client.deleteCollection(ConfigMap.self, matching: ListOptions(labelSelector: "app=web"))
        #expect(try await names() == ["c", "d"])
        await cluster.shutdown()
    }
}
