// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import HTTPTypes
import KubernetesAuthentication
import KubernetesJSON
import Testing

@testable import ControllerServing

@Suite("Token review webhooks", .timeLimit(.minutes(1)))
struct TokenReviewWebhookTests {
    private static let path = "/authenticate"
    private let log = LogCapture()

    private func responder() throws -> WebhookResponder {
        let webhook = Webhook.tokenReview(path: Self.path) { review, logger in
            switch review.token {
            case "ada": .authenticated(UserInfo(groups: ["g"], uid: "7", username: "ada"))
            case "grace": .authenticated(UserInfo(username: "grace"), audiences: ["api", "metrics"])
            case "unnamed": .authenticated(UserInfo())
            case "broken": throw ServingError(.secret, "the list of tokens cannot be read")
            default: .unauthenticated(reason: "nobody's")
            }
        }
        let environment = RuntimeEnvironment(logger: log.logger())
        return try WebhookResponder(webhooks: [webhook], options: WebhookServerOptions(), environment: environment)
    }

    private func review(_ token: String, audiences: [JSONValue]? = nil, version: String = "v1") async throws -> JSONValue {
        var spec: JSONObject = ["token": .string(token)]
        if let audiences { spec["audiences"] = .array(audiences) }
        return try await responder().review(
            Self.path,
            ["apiVersion": .string("authentication.k8s.io/\(version)"), "kind": "TokenReview", "spec": .object(spec)]
        )
    }

    @Test("whose a token is comes back in the version that asked, and the token does not", arguments: ["v1", "v1beta1"])
    func authenticated(version: String) async throws {
        let answer = try await review("ada", version: version)
        #expect(
            answer == [
                "apiVersion": .string("authentication.k8s.io/\(version)"), "kind": "TokenReview",
                "status": ["authenticated": true, "user": ["username": "ada", "uid": "7", "groups": ["g"]]],
            ]
        )
    }

    @Test("a token is good for those audiences that are asked for and that it is made for")
    func audiences() async throws {
        let both = try await review("grace", audiences: ["metrics", "other"])["status"]
        #expect(both?["authenticated"] == true && both?["audiences"] == ["metrics"])
        let none = try await review("grace", audiences: ["other"])["status"]
        #expect(none?["authenticated"] == false && none?["user"] == nil)
        let unaware = try await review("ada", audiences: ["other"])["status"]
        #expect(unaware?["authenticated"] == true && unaware?["audiences"] == nil, "the API server decides")
    }

    @Test(
        "a token that is nobody's, and one of which the handler cannot say it, is not authenticated; it is not logged",
        arguments: [
            ("x", "nobody's"), ("", "the review has no token"), ("unnamed", "the user has no name"),
            ("broken", "the list of tokens cannot be read"),
        ]
    )
    func unauthenticated(token: String, reason: String) async throws {
        let status = try await review(token)["status"]
        #expect(status?["authenticated"] == false && status?["user"] == nil)
        #expect(status?["error"]?.string?.contains(reason) == true)
        if token == "unnamed" { #expect(!log.entries.contains { "\($0)".contains(token) }) }
    }

    @Test(
        "what is no review gets an HTTP error",
        arguments: [
            ("{", 400), ("{}", 400),
            (#"{"apiVersion":"authentication.k8s.io/v2","kind":"TokenReview","spec":{"token":"a"}}"#, 400),
            (#"{"apiVersion":"authentication.k8s.io/v1","kind":"TokenReview"}"#, 400),
            (#"{"apiVersion":"authentication.k8s.io/v1","kind":"TokenReview","spec":{"token":1}}"#, 400),
            (String(repeating: " ", count: (1 << 20) + 1), 413),
        ]
    )
    func malformed(body: String, code: Int) async throws {
        #expect(try await responder().post(Self.path, body).status.code == code)
    }
}
