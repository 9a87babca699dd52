// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import KubernetesClient
import KubernetesJSON
import Testing

@testable import EmbeddedCluster

/// A cluster whose webhooks are functions of the test.
struct HookedCluster: Sendable {
    let test: TestCluster
    let hooks = FakeWebhooks()

    init(clock: ClusterClock = .system, limits: WebhookLimits = WebhookLimits(), storage: any Storage = MemoryStorage()) throws {
        test = try TestCluster(
            storage: storage,
            options: EmbeddedClusterOptions(clock: clock, webhookCaller: hooks, webhooks: limits)
        )
    }

    /// Registers a webhook for everything in the core group, with fields of its own.
    func register(_ kind: WebhookDirectory.Kind, _ name: String, _ fields: JSONObject = [:]) async throws {
        var webhook: JSONObject = [
            "name": .string("\(name).example.com"), "clientConfig": ["url": .string("https://hook/\(name)")],
            "rules": [
                [
                    "operations": ["*"], "apiGroups": [""], "apiVersions": ["*"],
                    "resources": ["configmaps", "pods/*", "namespaces/*"],
                ]
            ],
            "sideEffects": "None", "admissionReviewVersions": ["v1"],
        ]
        for (key, value) in fields { webhook[key] = value }
        let body: JSONValue = [
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": kind == .mutating ? "MutatingWebhookConfiguration" : "ValidatingWebhookConfiguration",
            "metadata": ["name": .string(name)], "webhooks": [.object(webhook)],
        ]
        let answer = try await test.send(.post, "/apis/admissionregistration.k8s.io/v1/\(kind.rawValue)", body)
        #expect(answer.status == 201, "\(answer.body)")
    }

    func unregister(_ kind: WebhookDirectory.Kind, _ name: String) async throws {
        try await test.send(.delete, "/apis/admissionregistration.k8s.io/v1/\(kind.rawValue)/\(name)")
    }
}

/// Webhooks by path. One that is not there refuses the connection.
final class FakeWebhooks: WebhookCaller {
    typealias Handler = @Sendable (_ request: JSONValue) async -> JSONObject

    private struct State {
        var handlers: [String: Handler] = [:]
        var asked: [JSONValue] = []
    }

    private let state = Locked(State())

    /// Answers with these members beside the uid.
    func handle(_ name: String, _ handler: @escaping Handler) { state.withLock { $0.handlers["/" + name] = handler } }

    /// The requests of the reviews so far.
    var asked: [JSONValue] { state.withLock { $0.asked } }

    /// `OPERATION resource/subresource name` of each.
    var lines: [String] {
        asked.map { request in
            let resource = [request["resource"]?["resource"]?.string, request["subResource"]?.string].compactMap(\.self)
            return [request["operation"]?.string, resource.joined(separator: "/"), request["name"]?.string].compactMap(\.self)
                .joined(separator: " ")
        }
    }

    func forget() { state.withLock { $0.asked = [] } }

    func call(_ call: WebhookCall) async throws(WebhookCallError) -> WebhookAnswer {
        let request: JSONValue
        do { request = try JSONValue(parsing: call.body)["request"] ?? .null } catch { throw WebhookCallError("\(error)") }
        let path = String(call.path.prefix { $0 != "?" })
        let handler = state.withLock { state in
            state.asked.append(request)
            return state.handlers[path]
        }
        guard let handler else { throw WebhookCallError("connection refused") }
        var response = await handler(request)
        response["uid"] = request["uid"]
        let review: JSONValue = ["apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": .object(response)]
        return WebhookAnswer(body: review.serialized())
    }

    static let allow: Handler = { _ in ["allowed": true] }

    static func deny(_ message: String) -> Handler { { _ in ["allowed": false, "status": ["message": .string(message)]] } }

    static func patch(_ operations: JSONValue...) -> Handler {
        { _ in
            [
                "allowed": true, "patchType": "JSONPatch",
                "patch": .string(Base64.encode(JSONValue.array(operations).serialized())),
            ]
        }
    }
}
