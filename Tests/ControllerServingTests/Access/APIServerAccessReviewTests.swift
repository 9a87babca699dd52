// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import HTTPTypes
import KubernetesClient
import KubernetesJSON
import Testing

@testable import ControllerServing

@Suite("Access to metrics as the API server says", .timeLimit(.minutes(1)))
struct APIServerAccessReviewTests {
    private let clock = ManualClock()
    private let server = ScriptedTransport()

    private func makeReview(_ options: APIServerAccessReviewOptions = APIServerAccessReviewOptions()) -> APIServerAccessReview {
        let client = KubernetesClient(
            transport: server,
            retryPolicy: .never,
            logger: ControllerServerTests.logger,
            sleep: { _ in }
        )
        let environment = RuntimeEnvironment(time: clock.timeSource, logger: ControllerServerTests.logger)
        return APIServerAccessReview(client: client, options: options, environment: environment)
    }

    /// Answers the next request, and returns what it asked.
    @discardableResult
    private func answer(_ path: String, status: JSONValue) async throws -> JSONValue? {
        let request = await server.nextRequest()
        #expect(request.head.method == .post && request.path == path)
        let body = try JSONValue(parsing: request.body)
        guard case .object(var object) = body else { return nil }
        object["status"] = status
        request.respond(status: 201, json: String(decoding: JSON.encode(JSONValue.object(object)), as: UTF8.self))
        return body["spec"]
    }

    private static let tokens = "/apis/authentication.k8s.io/v1/tokenreviews"
    private static let rights = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
    private static let scraper: JSONValue = [
        "authenticated": true, "user": ["username": "scraper", "uid": "7", "groups": ["g"], "extra": ["k": ["v"]]],
    ]

    @Test("who has a token and may get the path is admitted; what was asked once is not asked again before its time")
    func admitted() async throws {
        let review = makeReview()
        async let first = review.review("Bearer secret", path: "/metrics")
        #expect(try await answer(Self.tokens, status: Self.scraper) == ["token": "secret"])
        let asked = try await answer(Self.rights, status: ["allowed": true])
        #expect(
            asked == [
                "user": "scraper", "uid": "7", "groups": ["g"], "extra": ["k": ["v"]],
                "nonResourceAttributes": ["path": "/metrics", "verb": "get"],
            ]
        )
        #expect(await first == .allowed)
        clock.advance(by: .seconds(59))
        #expect(await review.review("bearer  secret", path: "/metrics") == .allowed)
        clock.advance(by: .seconds(1))
        async let second = review.review("Bearer secret", path: "/metrics")
        try await answer(Self.tokens, status: Self.scraper)
        #expect(await second == .allowed, "the right is known for longer than whose the token is")
        clock.advance(by: .seconds(240))
        async let third = review.review("Bearer secret", path: "/metrics")
        try await answer(Self.tokens, status: Self.scraper)
        try await answer(Self.rights, status: ["allowed": false])
        #expect(await third == .denied(user: "scraper"))
        async let other = review.review("Bearer secret", path: "/debug/queue")
        try await answer(Self.rights, status: ["allowed": true])
        #expect(await other == .allowed, "each path is a question of its own")
        #expect(server.pendingCount == 0)
    }

    @Test("a right that is denied is asked for again after half a minute, and an explicit denial goes before a permission")
    func denied() async throws {
        let review = makeReview()
        async let first = review.review("Bearer secret", path: "/metrics")
        try await answer(Self.tokens, status: Self.scraper)
        try await answer(Self.rights, status: ["allowed": true, "denied": true])
        #expect(await first == .denied(user: "scraper"))
        clock.advance(by: .seconds(29))
        #expect(await review.review("Bearer secret", path: "/metrics") == .denied(user: "scraper"))
        clock.advance(by: .seconds(1))
        async let second = review.review("Bearer secret", path: "/metrics")
        try await answer(Self.rights, status: ["allowed": true])
        #expect(await second == .allowed)
    }

    @Test(
        "without a token, or with one that is nobody's, nobody is admitted",
        arguments: [
            ["authenticated": false, "error": "invalid bearer token"], ["authenticated": true], [:],
            ["authenticated": true, "user": ["username": ""]],
        ] as [JSONValue]
    )
    func unauthenticated(status: JSONValue) async throws {
        let review = makeReview()
        for field in [nil, "", "Bearer", "Bearer ", "Basic c2VjcmV0", "secret", "Bearer a b"] as [String?] {
            #expect(await review.review(field, path: "/metrics") == .unauthenticated)
        }
        let long = "Bearer " + String(repeating: "x", count: 16 * 1024 + 1)
        #expect(await review.review(long, path: "/metrics") == .unauthenticated)
        #expect(server.pendingCount == 0)
        async let first = review.review("Bearer secret", path: "/metrics")
        try await answer(Self.tokens, status: status)
        #expect(await first == .unauthenticated)
        #expect(await review.review("Bearer secret", path: "/metrics") == .unauthenticated, "which is known for a while")
        clock.advance(by: .seconds(10))
        async let second = review.review("Bearer secret", path: "/metrics")
        try await answer(Self.tokens, status: Self.scraper)
        try await answer(Self.rights, status: ["allowed": true])
        #expect(await second == .allowed)
    }

    @Test("a token for others is nobody's where audiences are asked for")
    func audiences() async throws {
        var options = APIServerAccessReviewOptions()
        options.audiences = ["metrics"]
        let review = makeReview(options)
        let rows: [[JSONValue]?] = [nil, ["api"], ["metrics"]]
        for (index, audiences) in rows.enumerated() {
            async let decision = review.review("Bearer \(index)", path: "/metrics")
            guard case .object(var status) = Self.scraper else { return }
            if let audiences { status["audiences"] = .array(audiences) }
            let asked = try await answer(Self.tokens, status: .object(status))
            #expect(asked?["audiences"] == ["metrics"])
            guard index == 2 else {
                #expect(await decision == .unauthenticated)
                continue
            }
            try await answer(Self.rights, status: ["allowed": true])
            #expect(await decision == .allowed)
        }
    }

    @Test("as long as the API server cannot be asked nobody is admitted, and nothing is remembered")
    func unavailable() async throws {
        let review = makeReview()
        async let first = review.review("Bearer secret", path: "/metrics")
        await server.nextRequest().respond(errorCode: 403, reason: "Forbidden", message: "tokenreviews is forbidden")
        guard case .unavailable(let reason) = await first else { Issue.record("it admits or refuses"); return }
        #expect(reason.contains("tokenreviews is forbidden"))
        async let second = review.review("Bearer secret", path: "/metrics")
        try await answer(Self.tokens, status: Self.scraper)
        await server.nextRequest().respond(errorCode: 500, reason: "InternalError", message: "etcd is gone")
        guard case .unavailable = await second else { Issue.record("it admits or refuses"); return }
        async let third = review.review("Bearer secret", path: "/metrics")
        try await answer(Self.rights, status: ["allowed": true])
        #expect(await third == .allowed)
    }

    @Test("at most so many questions are asked at once, and the oldest answers give way to new ones")
    func bounds() async throws {
        var options = APIServerAccessReviewOptions()
        options.maximumQuestions = 1
        options.maximumAnswers = 1
        let review = makeReview(options)
        try await withThrowingTaskGroup(of: AccessDecision.self) { group in
            for token in ["a", "b"] { group.addTask { await review.review("Bearer \(token)", path: "/metrics") } }
            for _ in 0..<2 {
                let request = await server.nextRequest()
                #expect(server.pendingCount == 0)
                request.respond(status: 201, json: #"{"kind":"TokenReview","apiVersion":"authentication.k8s.io/v1","spec":{}}"#)
            }
            for try await decision in group { #expect(decision == .unauthenticated) }
        }
        async let again = review.review("Bearer a", path: "/metrics")
        async let other = review.review("Bearer b", path: "/metrics")
        try await answer(Self.tokens, status: [:])
        #expect(await [again, other] == [.unauthenticated, .unauthenticated])
    }
}
