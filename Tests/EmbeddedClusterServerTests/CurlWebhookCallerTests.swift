// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import EmbeddedCluster
import FoundationEssentials
import HTTPSServing
import HTTPTypes
import KubernetesClient
import KubernetesJSON
import KubernetesMeta
import SwiftASN1
import Testing
import X509

@testable import EmbeddedClusterServer

@Suite("Webhooks over sockets", .timeLimit(.minutes(1)))
struct CurlWebhookCallerTests {
    static func cluster() throws -> EmbeddedCluster {
        try EmbeddedCluster(options: EmbeddedClusterOptions(webhookCaller: CurlWebhookCaller()))
    }

    @discardableResult
    static func send(_ cluster: EmbeddedCluster, _ path: String, _ body: JSONValue) async throws -> (status: Int, body: JSONValue)
    {
        var head = HTTPRequest(method: .post, scheme: nil, authority: nil, path: path)
        head.headerFields[.contentType] = "application/json"
        let exchange = await cluster.handle(head, body: body.serialized(), user: .admin)
        let bytes = try await exchange.body.collect(upTo: 1 << 20)
        return (exchange.head.status.code, try JSONValue(parsing: bytes))
    }

    static func register(
        _ cluster: EmbeddedCluster,
        _ client: JSONObject,
        authority: [UInt8]?,
        timeout: Int = 10
    ) async throws {
        var config = client
        if let authority { config["caBundle"] = .string(Base64Data(authority).text) }
        let body: JSONValue = [
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration", "metadata": ["name": "c"],
            "webhooks": [
                [
                    "name": "w.example.com", "clientConfig": .object(config), "timeoutSeconds": .int(timeout),
                    "rules": [["operations": ["*"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"]]],
                    "sideEffects": "None", "admissionReviewVersions": ["v1"],
                ]
            ],
        ]
        let answer = try await send(cluster, "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations", body)
        #expect(answer.status == 201, "\(answer.body)")
    }

    static func create(_ cluster: EmbeddedCluster) async throws -> (status: Int, message: String) {
        let answer = try await send(
            cluster,
            "/api/v1/namespaces/default/configmaps",
            ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a"]]
        )
        return (answer.status, answer.body["message"]?.string ?? "")
    }

    static func verdict(_ request: HookServer.Request, allowed: Bool) throws -> HookServer.Answer {
        let review = try JSONValue(parsing: request.body)
        let answer: JSONValue = [
            "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
            "response": ["uid": review["request"]?["uid"] ?? "", "allowed": .bool(allowed)],
        ]
        return HookServer.Answer(body: answer.serialized())
    }

    @Test("a webhook at a URL is asked as a real server asks, and its verdict holds")
    func url() async throws {
        let seen = Locked<[HTTPRequest]>([])
        try await HookServer.run { request in
            let count = seen.withLock { seen in
                seen.append(request.head)
                return seen.count
            }
            return try Self.verdict(request, allowed: count > 1)
        } _: { hook in
            let cluster = try Self.cluster()
            try await Self.register(cluster, ["url": .string("https://127.0.0.1:\(hook.port)/v")], authority: hook.authority)
            let refused = try await Self.create(cluster)
            #expect(refused == (400, "admission webhook \"w.example.com\" denied the request without explanation"))
            #expect(try await Self.create(cluster).status == 201)
        }
        let head = try #require(seen.withLock { $0 }.first)
        #expect(head.method == .post)
        #expect(head.path == "/v?timeout=10s")
        #expect(head.headerFields[.contentType] == "application/json")
        #expect(head.headerFields[.accept] == "application/json, */*")
        #expect(head.headerFields[.authorization] == nil)
    }

    @Test("a Service is reached at its endpoint, by a certificate for its name")
    func service() async throws {
        let names = ServerNames(dns: ["s.default.svc"], addresses: [])
        try await HookServer.run(names: names) { request in
            try Self.verdict(request, allowed: true)
        } _: { hook in
            let cluster = try Self.cluster()
            try await Self.send(
                cluster,
                "/api/v1/namespaces/default/services",
                ["apiVersion": "v1", "kind": "Service", "metadata": ["name": "s"], "spec": ["ports": [["port": 443]]]]
            )
            try await Self.send(
                cluster,
                "/api/v1/namespaces/default/endpoints",
                [
                    "apiVersion": "v1", "kind": "Endpoints", "metadata": ["name": "s"],
                    "subsets": [["addresses": [["ip": "127.0.0.1"]], "ports": [["port": .int(hook.port)]]]],
                ]
            )
            try await Self.register(
                cluster,
                ["service": ["name": "s", "namespace": "default", "path": "/v"]],
                authority: hook.authority
            )
            let created = try await Self.create(cluster)
            #expect(created.status == 201, "\(created.message)")
        }
    }

    @Test("a certificate of another authority, or for another name, is not trusted")
    func untrusted() async throws {
        try await HookServer.run(names: ServerNames(dns: ["elsewhere"], addresses: [])) { request in
            try Self.verdict(request, allowed: true)
        } _: { hook in
            let other = try CertificateAuthority(name: "other", now: .now).certificate.serializeAsPEM().pemString
            for authority in [hook.authority, Array(other.utf8), nil] {
                let cluster = try Self.cluster()
                try await Self.register(cluster, ["url": .string("https://127.0.0.1:\(hook.port)/v")], authority: authority)
                let refused = try await Self.create(cluster)
                #expect(refused.status == 500)
                #expect(refused.message.contains("tls: failed to verify certificate"), "\(refused.message)")
            }
        }
    }

    @Test("where nobody listens the connection is refused, in Go's words")
    func refused() async throws {
        let port = try await HookServer.run { _ in
            HookServer.Answer(body: [])
        } _: {
            $0.port
        }
        let cluster = try Self.cluster()
        try await Self.register(cluster, ["url": .string("https://127.0.0.1:\(port)/x")], authority: nil)
        let message = try await Self.create(cluster).message
        let expected = "Post \"https://127.0.0.1:\(port)/x?timeout=10s\": dial tcp 127.0.0.1:\(port): connect: connection refused"
        #expect(message.hasSuffix(expected))
    }

    @Test("an answer that is too large is not read")
    func large() async throws {
        try await HookServer.run { _ in
            HookServer.Answer(body: [UInt8](repeating: 0x20, count: 2 << 20))
        } _: { hook in
            let limits = WebhookLimits(answerBytes: 1 << 20)
            let cluster = try EmbeddedCluster(
                options: EmbeddedClusterOptions(webhookCaller: CurlWebhookCaller(), webhooks: limits)
            )
            try await Self.register(cluster, ["url": .string("https://127.0.0.1:\(hook.port)/x")], authority: hook.authority)
            let refused = try await Self.create(cluster)
            #expect(refused.status == 500)
        }
    }
}
