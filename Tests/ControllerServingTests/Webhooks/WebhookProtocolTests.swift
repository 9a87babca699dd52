// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import HTTPTypes
import KubernetesClient
import KubernetesJSON
import Testing

@testable import ControllerServing

@Suite("Requests to webhooks", .timeLimit(.minutes(1)))
struct WebhookProtocolTests {
    let clock = ManualClock()
    let environment: RuntimeEnvironment

    init() { environment = RuntimeEnvironment(time: clock.timeSource, logger: ControllerServerTests.logger) }

    func responder(
        _ webhooks: [Webhook],
        options: WebhookServerOptions = WebhookServerOptions()
    ) throws -> WebhookResponder {
        try WebhookResponder(webhooks: webhooks, options: options, environment: environment)
    }

    static let review = String(
        decoding: JSON.encode(Reviews.admission("CREATE", object: Reviews.lamp())),
        as: UTF8.self
    )

    @Test(
        "what is no review gets an HTTP error, so that the failurePolicy decides",
        arguments: [
            ("", 400, "the body is no AdmissionReview of version v1"), ("{", 400, "the body is no AdmissionReview"),
            ("[]", 400, "no AdmissionReview"), ("{}", 400, "the review has no request"),
            (#"{"apiVersion":"admission.k8s.io/v1beta1","kind":"AdmissionReview","request":{}}"#, 400, "v1"),
            (#"{"request":{"uid":1}}"#, 400, "uid"),
            (String(repeating: "[", count: 100_000), 400, "no AdmissionReview"),
            (String(repeating: " ", count: (7 << 20) + 1), 413, "larger than 7340032 bytes"),
        ]
    )
    func malformed(body: String, status: Int, message: String) async throws {
        let answer = try await responder([.validating(LampRules())]).post(AdmissionWebhookTests.path, body)
        #expect(answer.status.code == status)
        #expect(String(decoding: answer.body, as: UTF8.self).contains(message))
    }

    @Test("only POST of JSON to a path that is served")
    func http() async throws {
        let responder = try responder([.validating(LampRules())])
        let path = AdmissionWebhookTests.path
        #expect(try await responder.post("/other", Self.review).status == .notFound)
        #expect(try await responder.post(path, Self.review, method: .put).status == .methodNotAllowed)
        #expect(try await responder.post(path, Self.review, contentType: "text/plain").status == .unsupportedMediaType)
        #expect(try await responder.post(path, Self.review, contentType: nil).status == .unsupportedMediaType)
        #expect(try await responder.post(path, Self.review, contentType: "application/json; charset=utf-8").status == .ok)
        #expect(try await responder.post(path + "?timeout=5s", Self.review).status == .ok)
    }

    /// Waits until a test lets it go, whatever is asked of it.
    struct Stubborn: Sendable {
        let started = Latch<Void>()
        let release = Latch<Void>()

        var webhook: Webhook {
            .admission(path: "/stubborn") { [self] _ in
                started.open(())
                await release.waitIgnoringCancellation()
                return .allowed
            }
        }
    }

    @Test(
        "a handler that takes longer than the API server waits is answered for, and counted until it ends",
        arguments: [("/stubborn?timeout=3s", 3), ("/stubborn?timeout=1h", 10), ("/stubborn?timeout=x", 10), ("/stubborn", 10)]
    )
    func overdue(path: String, seconds: Int) async throws {
        let handler = Stubborn()
        let responder = try responder([handler.webhook])
        async let answer = responder.post(path, Self.review)
        _ = await handler.started.wait()
        await clock.waitForSleeper(until: MonotonicInstant(nanoseconds: 0).advanced(by: .seconds(seconds)))
        clock.advance(by: .seconds(seconds))
        let late = try await answer
        #expect(late.status == .gatewayTimeout)
        #expect(responder.calls.strayCount == 1)
        handler.release.open(())
        while responder.calls.strayCount > 0 { await Task.yield() }
        #expect(
            environment.metrics.value(
                of: "controller_runtime_webhook_requests_total",
                labels: ["webhook": "/stubborn", "code": "504"]
            ) == 1
        )
    }

    @Test("requests over the maximum wait for their turn, and are answered when their time is over")
    func maximum() async throws {
        let handler = Stubborn()
        var options = WebhookServerOptions()
        options.maximumConcurrentRequests = 1
        let responder = try responder([handler.webhook, .validating(LampRules())], options: options)
        async let first = responder.post("/stubborn?timeout=9s", Self.review)
        _ = await handler.started.wait()
        async let second = responder.post(AdmissionWebhookTests.path + "?timeout=2s", Self.review)
        await clock.waitForSleepers(2)
        clock.advance(by: .seconds(2))
        #expect(try await second.status == .gatewayTimeout)
        async let third = responder.post(AdmissionWebhookTests.path, Self.review)
        await clock.waitForSleepers(2)
        handler.release.open(())
        #expect(try await first.status == .ok)
        #expect(try await third.status == .ok)
    }

    @Test("two webhooks at one path, and a path that is none, are refused when the server is made")
    func configuration() {
        for webhooks in [
            [Webhook.validating(LampRules()), .validating(LampRules())], [.validating(LampRules(), path: "x")],
            [.validating(LampRules(), path: "/x?y")],
        ] {
            let error = #expect(throws: ServingError.self) { try responder(webhooks) }
            #expect(error?.code == .configuration)
        }
    }
}
