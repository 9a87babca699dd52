// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import ControllerRuntime
import HTTPSServing
import HTTPTypes
import KubernetesClient
import KubernetesJSON
import KubernetesMeta
import Testing

@testable import AgentTaskOperator
@testable import ControllerServing

/// Reviews of tasks as an API server sends them.
enum TaskReviews {
    static let path = "/validate-execution-agenttask-io-v1alpha1-agenttask"

    static func task(_ change: (inout AgentTask) -> Void = { _ in }) -> AgentTask {
        var task = AgentTask(
            metadata: ObjectMeta(name: "t", namespace: "team", uid: "u-1"),
            spec: AgentTaskSpec(runtimeProfile: "python3.11", code: TaskCode(source: "print(1)"), timeoutSeconds: 60)
        )
        change(&task)
        return task
    }

    static func variable(_ name: String, secret: String) -> TaskEnvironmentVariable {
        TaskEnvironmentVariable(
            name: name,
            valueFrom: TaskEnvironmentSource(secretKeyRef: SecretKeyReference(name: secret, key: "k"))
        )
    }

    static func review(
        _ operation: String,
        _ object: JSONValue? = nil,
        old: JSONValue? = nil,
        subresource: String? = nil
    ) -> JSONValue {
        var request: JSONValue = [
            "uid": "705ab4f5", "kind": ["group": "execution.agenttask.io", "version": "v1alpha1", "kind": "AgentTask"],
            "resource": ["group": "execution.agenttask.io", "version": "v1alpha1", "resource": "agenttasks"],
            "name": "t", "namespace": "team", "operation": .string(operation),
            "userInfo": [
                "username": "bob", "uid": "b-1", "groups": ["devs", "system:authenticated"], "extra": ["scopes": ["a", "b"]],
            ],
            "object": object ?? .null, "oldObject": old ?? .null, "dryRun": false,
        ]
        if let subresource { request["subResource"] = .string(subresource) }
        return ["apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request]
    }

    /// Sends a body to the webhook, and gives the status and the body of the answer.
    static func send(
        _ body: [UInt8],
        to server: AccessServer,
        path: String = path,
        profiles: ProfileReview? = nil
    ) async throws -> (status: Int, body: String) {
        let responder = try WebhookResponder(
            webhooks: [
                .validating(TaskValidator(references: ReferenceReview(client: server.client), profiles: profiles)),
                .validating(ProfileValidator()),
            ],
            options: WebhookServerOptions(),
            environment: RuntimeEnvironment()
        )
        var head = HTTPRequest(method: .post, scheme: "https", authority: "x", path: path + "?timeout=5s")
        head.headerFields[.contentType] = "application/json"
        let answer = try await responder.answer(head) { limit in body.count > limit ? .tooLarge : .body(body) }
        return (answer.status.code, String(decoding: answer.body, as: UTF8.self))
    }

    /// The response to a review.
    static func answer(
        _ review: JSONValue,
        _ server: AccessServer = AccessServer(readable: []),
        path: String = path,
        profiles: ProfileReview? = nil
    ) async throws -> JSONValue {
        let answer = try await send(JSON.encode(review), to: server, path: path, profiles: profiles)
        #expect(answer.status == 200)
        let response = try #require(try JSONValue(parsing: answer.body)["response"])
        #expect(response["uid"] == "705ab4f5")
        return response
    }
}
