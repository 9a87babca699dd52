// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import KubernetesJSON

@testable import EmbeddedCluster

/// The webhook server of a scenario, in this process: answers as the steps say and keeps what it was asked.
final class ScenarioHook: WebhookCaller {
    static let url = "https://127.0.0.1:40001"
    static let closedURL = "https://127.0.0.1:40002"

    private struct State {
        var replies: [String: JSONValue] = [:]
        var seen: [JSONValue] = []
    }

    private let state = Locked(State())
    private let clock: ClusterClock

    init(clock: ClusterClock) { self.clock = clock }

    func call(_ call: WebhookCall) async throws(WebhookCallError) -> WebhookAnswer {
        let address = try call.address()
        guard address.port == 40001 else {
            throw WebhookCallError("dial tcp \(address.host):\(address.port): connect: connection refused")
        }
        let review: JSONValue
        do { review = try JSONValue(parsing: call.body) } catch { throw WebhookCallError("not JSON: \(error)") }
        let request: JSONValue = [
            "method": "POST", "path": .string(call.path), "contentType": .string(WebhookCall.contentType),
            "accept": .string(WebhookCall.accept), "body": review,
        ]
        let path = String(call.path.prefix { $0 != "?" })
        let reply = state.withLock { state in
            state.seen.append(request)
            return state.replies[path] ?? .object([:])
        }
        if let delay = reply["delay"]?.double {
            await clock.wait(until: clock.monotonicNow() + .milliseconds(Int(delay * 1000)))
        }
        return WebhookAnswer(status: Int(reply["status"]?.int ?? 200), body: Self.body(reply, review))
    }

    private static func body(_ reply: JSONValue, _ review: JSONValue) -> [UInt8] {
        if let raw = reply["raw"]?.string { return Array(raw.utf8) }
        var response: JSONObject = ["uid": review["request"]?["uid"] ?? "", "allowed": true]
        for (key, value) in reply["response"]?.object ?? [:] { response[key] = value }
        if let patch = reply["patch"] {
            response["patchType"] = "JSONPatch"
            response["patch"] = .string(Base64.encode(patch.serialized()))
        }
        let answer: JSONValue = [
            "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": .object(response),
        ]
        return answer.serialized()
    }

    func set(_ replies: JSONValue) {
        state.withLock { state in
            for (path, reply) in replies.object ?? [:] { state.replies[path] = reply }
        }
    }

    func clear() { state.withLock { $0.seen = [] } }

    /// What it was asked since the last time, sorted by path.
    func take() -> [JSONValue] {
        let seen = state.withLock { state in
            defer { state.seen = [] }
            return state.seen
        }
        return seen.enumerated().sorted {
            ($0.element["path"]?.string ?? "", $0.offset) < ($1.element["path"]?.string ?? "", $1.offset)
        }.map(\.element)
    }
}
