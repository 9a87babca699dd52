// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import KubernetesCore
import KubernetesJSON
import KubernetesMeta
import Testing

@testable import KubernetesClient

@Suite("What a client adds to its writes", .timeLimit(.minutes(1)))
struct WriteDefaultsTests {
    private static let object = #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"n"}}"#

    /// The request that a call sends, when it is the only one.
    private func sent(
        _ defaults: WriteDefaults,
        _ call: (KubernetesClient) async throws(ClientError) -> Void
    ) async throws -> ScriptedTransport.Sent {
        let transport = ScriptedTransport([.answer(200, Self.object)])
        try await call(KubernetesClient.scripted(transport).with(writeDefaults: defaults))
        #expect(transport.sent.count == 1)
        return try #require(transport.sent.first)
    }

    private let configMap = ConfigMap(metadata: ObjectMeta(name: "a", namespace: "n"))

    @Test("field manager, dry run and field validation go with every write, and with no read")
    func every() async throws {
        let defaults = WriteDefaults(fieldManager: "me", dryRun: true, fieldValidation: .strict)
        let query = "?fieldManager=me&dryRun=All&fieldValidation=Strict"
        let object = configMap
        let create = try await sent(defaults) { (client) throws(ClientError) in _ = try await client.create(object) }
        #expect(create.line == "POST /api/v1/namespaces/n/configmaps" + query)
        let replace = try await sent(defaults) { (client) throws(ClientError) in _ = try await client.replace(object) }
        #expect(replace.line == "PUT /api/v1/namespaces/n/configmaps/a" + query)
        let patch = try await sent(defaults) { (client) throws(ClientError) in
            _ = try await client.patch(ConfigMap.self, name: "a", .merge([:]))
        }
        #expect(patch.line == "PATCH /api/v1/namespaces/home/configmaps/a" + query)
        let eviction = try await sent(defaults) { (client) throws(ClientError) in
            try await client.create(subresource: "eviction", of: Pod.self, name: "p", body: [:])
        }
        #expect(eviction.line == "POST /api/v1/namespaces/home/pods/p/eviction" + query)
        let delete = try await sent(defaults) { (client) throws(ClientError) in
            try await client.delete(ConfigMap.self, name: "a")
        }
        #expect(delete.line == "DELETE /api/v1/namespaces/home/configmaps/a")
        #expect(try JSON.decode(JSONValue.self, from: delete.body)["dryRun"] == ["All"])
        let get = try await sent(defaults) { (client) throws(ClientError) in _ = try await client.get(ConfigMap.self, name: "a") }
        #expect(get.line == "GET /api/v1/namespaces/home/configmaps/a")
    }

    @Test("a request's own options come first, but a dry run stays one")
    func own() async throws {
        let defaults = WriteDefaults(fieldManager: "me", dryRun: true, fieldValidation: .strict)
        let options = WriteOptions(fieldManager: "other", fieldValidation: .ignore)
        let object = configMap
        let create = try await sent(defaults) { (client) throws(ClientError) in
            _ = try await client.create(object, options: options)
        }
        #expect(create.line == "POST /api/v1/namespaces/n/configmaps?fieldManager=other&dryRun=All&fieldValidation=Ignore")
    }

    @Test("they stay when the client gets another name, namespace or policy")
    func copies() {
        let client = KubernetesClient.scripted(ScriptedTransport([])).with(writeDefaults: WriteDefaults(dryRun: true))
        let copy = client.with(defaultNamespace: "other").with(userAgent: "u/1").with(retryPolicy: .default)
        #expect(copy.writeDefaults.dryRun && copy.defaultNamespace == "other" && copy.userAgent == "u/1")
    }

    @Test("apply sends the fields that are set and no others, as the client's field manager")
    func apply() async throws {
        var service = Service(metadata: ObjectMeta(name: "web", namespace: "n"))
        service.spec = ServiceSpec(ports: [ServicePort(port: 80)])
        let object = service
        let transport = ScriptedTransport([.answer(200, #"{"metadata":{"name":"web","uid":"7"}}"#)])
        let client = KubernetesClient.scripted(transport)
        let options = WriteOptions(force: true)
        let applied = try await client.with(writeDefaults: WriteDefaults(fieldManager: "me")).apply(object, options: options)
        #expect(applied.metadata.uid == "7")
        let sent = try #require(transport.sent.first)
        #expect(sent.line == "PATCH /api/v1/namespaces/n/services/web?fieldManager=me&force=true")
        #expect(sent.head.headerFields[.contentType] == "application/apply-patch+yaml")
        let expected: JSONValue = [
            "apiVersion": "v1", "kind": "Service", "metadata": ["name": "web", "namespace": "n"],
            "spec": ["ports": [["port": 80]]],
        ]
        #expect(try JSON.decode(JSONValue.self, from: sent.body) == expected)
        let error = await #expect(throws: ClientError.self) { try await client.apply(object) }
        #expect(error?.code == .invalidRequest && error?.message.contains("fieldManager") == true)
        #expect(transport.sent.count == 1)
    }
}
