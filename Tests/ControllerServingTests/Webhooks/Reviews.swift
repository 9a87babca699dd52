// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPSServing
import HTTPTypes
import KubernetesJSON

@testable import ControllerServing

/// Reviews as an API server sends them.
enum Reviews {
    static func lamp(_ members: JSONObject = [:]) -> JSONValue {
        var lamp: JSONObject = [
            "apiVersion": "lights.example/v1", "kind": "Lamp", "metadata": ["name": "desk", "namespace": "a", "uid": "u-1"],
        ]
        for (key, value) in members { lamp[key] = value }
        return .object(lamp)
    }

    static func admission(
        _ operation: String,
        object: JSONValue? = nil,
        old: JSONValue? = nil,
        dryRun: Bool = false
    ) -> JSONValue {
        [
            "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "somethingNew": ["a": 1],
            "request": [
                "uid": "705ab4f5", "kind": ["group": "lights.example", "version": "v1", "kind": "Lamp"],
                "resource": ["group": "lights.example", "version": "v1", "resource": "lamps"], "name": "desk", "namespace": "a",
                "operation": .string(operation), "userInfo": ["username": "ann", "groups": ["system:authenticated"]],
                "object": object ?? .null, "oldObject": old ?? .null, "dryRun": .bool(dryRun), "fieldOfTheFuture": [1],
            ],
        ]
    }

    static func conversion(to version: String, _ objects: [JSONValue]) -> JSONValue {
        [
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "ConversionReview",
            "request": ["uid": "c-1", "desiredAPIVersion": .string(version), "objects": .array(objects)],
        ]
    }
}

extension WebhookResponder {
    /// Sends a body to a path.
    func post(
        _ path: String,
        _ body: String,
        method: HTTPRequest.Method = .post,
        contentType: String? = "application/json"
    ) async throws -> Answer {
        var head = HTTPRequest(method: method, scheme: "https", authority: "x", path: path)
        head.headerFields[.contentType] = contentType
        let bytes = Array(body.utf8)
        return try await answer(head) { limit in bytes.count > limit ? .tooLarge : .body(bytes) }
    }

    /// Sends a review and reads the review that comes back.
    func review(_ path: String, _ review: JSONValue) async throws -> JSONValue {
        let answer = try await post(path, String(decoding: JSON.encode(review), as: UTF8.self))
        guard answer.status == .ok else { throw ServingError(.configuration, String(decoding: answer.body, as: UTF8.self)) }
        return try JSONValue(parsing: String(decoding: answer.body, as: UTF8.self))
    }
}
