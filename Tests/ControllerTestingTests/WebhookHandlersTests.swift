// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerTesting
import EmbeddedCluster
import HTTPTypes
import KubernetesClient
import KubernetesCore
import KubernetesJSON
import KubernetesMeta
import Testing

@Suite("Webhooks in a simulated cluster", .timeLimit(.minutes(1)))
struct WebhookHandlersTests {
    static func register(_ client: JSONValue, in cluster: SimulatedCluster) async throws {
        let body: JSONValue = [
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration", "metadata": ["name": "c"],
            "webhooks": [
                [
                    "name": "w.example.com", "clientConfig": client, "sideEffects": "None", "admissionReviewVersions": ["v1"],
                    "rules": [["operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"]]],
                ]
            ],
        ]
        var head = HTTPRequest(
            method: .post,
            scheme: nil,
            authority: nil,
            path: "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations"
        )
        head.headerFields[.contentType] = "application/json"
        let exchange = await cluster.api.handle(head, body: body.serialized(), user: .admin)
        #expect(exchange.head.status == .created)
    }

    static func answer(_ call: WebhookCall, _ response: JSONObject) throws -> WebhookAnswer {
        var response = response
        response["uid"] = try JSONValue(parsing: call.body)["request"]?["uid"]
        let review: JSONValue = [
            "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": .object(response),
        ]
        return WebhookAnswer(body: review.serialized())
    }

    static func make(_ name: String, in cluster: SimulatedCluster) async throws -> ConfigMap {
        try await cluster.admin.create(ConfigMap(metadata: ObjectMeta(name: name, namespace: "default")))
    }

    static let clients: [JSONValue] = [
        ["url": "https://hooks.example.com/mutate"], ["service": ["name": "hooks", "namespace": "team", "path": "/mutate"]],
    ]

    @Test("a function answers for a URL, or for a Service", arguments: clients)
    func handled(client: JSONValue) async throws {
        try await SimulatedCluster.run { cluster in
            try await Self.register(client, in: cluster)
            let patch = Base64Data(Array(#"[{"op":"add","path":"/data","value":{"k":"v"}}]"#.utf8)).text
            let handler: WebhookHandlers.Handler = { call in
                #expect(call.path == "/mutate?timeout=10s")
                return try Self.answer(call, ["allowed": true, "patchType": "JSONPatch", "patch": .string(patch)])
            }
            cluster.webhooks.handle(url: "https://hooks.example.com/mutate", handler)
            cluster.webhooks.handle(service: "hooks", namespace: "team", handler)
            #expect(try await Self.make("a", in: cluster).data == ["k": "v"])
        }
    }

    @Test("what nobody handles, or what throws, is a webhook that cannot be reached")
    func unhandled() async throws {
        struct Broken: Error, CustomStringConvertible { let description = "it broke" }
        try await SimulatedCluster.run { cluster in
            try await Self.register(Self.clients[0], in: cluster)
            let refused = await #expect(throws: ClientError.self) { _ = try await Self.make("a", in: cluster) }
            #expect(refused?.message.contains("the test handles no such webhook") == true)
            cluster.webhooks.handle(url: "https://hooks.example.com/mutate") { _ in throw Broken() }
            let broken = await #expect(throws: ClientError.self) { _ = try await Self.make("a", in: cluster) }
            #expect(broken?.message.contains(": it broke") == true)
            cluster.webhooks.removeAll()
            await #expect(throws: ClientError.self) { _ = try await Self.make("a", in: cluster) }
        }
    }
}
