// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import HTTPSServing
import HTTPTypes
import KubernetesClient
import KubernetesJSON
import ServiceLifecycle
import SwiftASN1
import Testing
import X509

@testable import ControllerServing

@Suite("The webhook server over TLS", .timeLimit(.minutes(1)))
struct WebhookServerTests {
    /// A certificate for 127.0.0.1, and the authority that signed it.
    struct ServerCertificate {
        let pair: CertificatePair
        let authority: [UInt8]

        init() throws {
            let now = TimeSource.system.wallNow()
            let made = try CertificateAuthority(name: "test", now: now.date, lifetime: 86_400)
            let (leaf, key) = try made.issue(name: "test", hosts: .loopback, lifetime: 3600, now: now.date)
            pair = try CertificatePair(
                certificatePEM: Array(leaf.pem().utf8),
                keyPEM: Array(key.serializeAsPEM().pemString.utf8)
            )
            authority = Array(try made.certificate.pem().utf8)
        }
    }

    static func post(_ path: String, _ body: [UInt8], _ transport: CurlTransport) async throws -> (HTTPResponse, JSONValue) {
        var head = HTTPRequest(method: .post, scheme: "https", authority: "x", path: path)
        head.headerFields[.contentType] = "application/json"
        let exchange = try await transport.send(head, body: body, options: RequestOptions())
        let bytes = try await exchange.body.collect(upTo: 1 << 20)
        let text = String(decoding: bytes, as: UTF8.self)
        return (exchange.head, text.hasPrefix("{") ? try JSONValue(parsing: text) : .string(text))
    }

    static let review = JSON.encode(Reviews.admission("CREATE", object: Reviews.lamp(["watts": 5])))

    /// A server at a free port, the transport to it, and how to stop it.
    struct Running {
        let server: WebhookServer
        let environment: RuntimeEnvironment
        let transport: CurlTransport
        let holder: CertificateHolder
        let stop: @Sendable () async -> Void
    }

    static func running(
        _ webhooks: [Webhook],
        clock: ManualClock,
        http2: Bool = false,
        _ body: @escaping @Sendable (Running) async throws -> Void
    ) async throws {
        let environment = RuntimeEnvironment(time: clock.timeSource, logger: ControllerServerTests.logger)
        let certificate = try ServerCertificate()
        let holder = CertificateHolder()
        var options = WebhookServerOptions()
        options.address = BindAddress(host: "127.0.0.1", port: 0)
        let server = try WebhookServer(
            webhooks: webhooks,
            tls: ServingTLS(certificate: holder, enablesHTTP2: http2),
            options: options,
            environment: environment
        )
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [server], logger: ControllerServerTests.logger)
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            #expect(environment.health.render(.ready, check: "webhooks")?.isHealthy == false)
            holder.update(certificate.pair)
            let port = try await server.waitUntilListening()
            #expect(environment.health.render(.ready, check: "webhooks")?.isHealthy == true)
            let transport = try TLSServingTests.transport(port: port, trusting: certificate.authority)
            let running = Running(
                server: server,
                environment: environment,
                transport: transport,
                holder: holder,
                stop: { await group.triggerGracefulShutdown() }
            )
            try await body(running)
            await transport.shutdown()
            await group.triggerGracefulShutdown()
            await clock.waitForSleeper(until: clock.now.advanced(by: .seconds(5)))
            clock.advance(by: .seconds(5))
            try await tasks.waitForAll()
        }
    }

    @Test("reviews are answered, and what is too large is refused on a connection that goes on", arguments: [false, true])
    func serves(http2: Bool) async throws {
        try await Self.running([.validating(LampRules())], clock: ManualClock(), http2: http2) { running in
            for _ in 0..<2 {
                let (head, answer) = try await Self.post(AdmissionWebhookTests.path, Self.review, running.transport)
                #expect(head.status == .ok)
                #expect(head.headerFields[.contentType] == "application/json")
                #expect(answer["response"]?["allowed"] == true)
                let large = [UInt8](repeating: 32, count: (7 << 20) + 1)
                let (refused, text) = try await Self.post(AdmissionWebhookTests.path, large, running.transport)
                #expect(refused.status.code == 413)
                #expect(text.string?.contains("larger than 7340032 bytes") == true)
            }
        }
    }

    @Test("a stop fails readiness, serves on, and answers a request that was received before")
    func drains() async throws {
        let clock = ManualClock()
        let (started, release) = (Latch<Void>(), Latch<Void>())
        let slow = Webhook.admission(path: "/slow") { _ in
            started.open(())
            await release.waitIgnoringCancellation()
            return .allowed
        }
        try await Self.running([slow, .validating(LampRules())], clock: clock) { running in
            async let answer = Self.post("/slow?timeout=1h", Self.review, running.transport)
            _ = await started.wait()
            let stop = clock.now
            await running.stop()
            await clock.waitForSleeper(until: stop.advanced(by: .seconds(5)))
            #expect(running.environment.health.isShuttingDown)
            let (head, _) = try await Self.post(AdmissionWebhookTests.path, Self.review, running.transport)
            #expect(head.status == .ok)
            #expect(head.headerFields[.connection] == "close")
            release.open(())
            #expect(try await answer.0.status == .ok)
        }
    }
}
