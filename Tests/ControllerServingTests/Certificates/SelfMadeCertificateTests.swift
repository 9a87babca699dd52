// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import HTTPTypes
import KubernetesClient
import Testing

@testable import ControllerServing

@Suite("Certificates that a process makes for itself", .timeLimit(.minutes(1)))
struct SelfMadeCertificateTests {
    /// Admits one word.
    private struct Password: AccessReview {
        func review(_ authorization: String?, path: String) async -> AccessDecision {
            authorization == "Bearer open" ? .allowed : .unauthenticated
        }
    }

    @Test("metrics are served over TLS with one; who shows the token reads them, and nobody without TLS")
    func serves() async throws {
        let environment = RuntimeEnvironment(logger: ControllerServerTests.logger)
        environment.metrics.counter("things_total").increment(by: 3 as UInt64)
        let certificate = SelfMadeCertificate(host: "pod", environment: environment)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await certificate.run() }
            try await ControllerServerTests.serving(
                [.metrics(environment.metrics)],
                tls: ServingTLS(certificate: certificate.holder),
                access: Password(),
                environment: environment
            ) { port in
                var configuration = ClientConfiguration(server: try ServerURL("https://127.0.0.1:\(port)"))
                configuration.tls.skipsVerification = true
                for token in [nil, "open"] {
                    configuration.token = token.map { .value($0) }
                    let transport = CurlTransport(configuration: configuration)
                    let head = HTTPRequest(method: .get, scheme: "https", authority: "127.0.0.1", path: "/metrics")
                    let answer = try await transport.send(head, body: [], options: RequestOptions())
                    let text = String(decoding: try await answer.body.collect(upTo: 1 << 20), as: UTF8.self)
                    #expect(answer.head.status == (token == nil ? .unauthorized : .ok))
                    #expect(text.contains("things_total 3") == (token != nil))
                    await transport.shutdown()
                }
                await #expect(throws: TransportError.self) { try await ControllerServerTests.get("/metrics", port: port) }
            }
            group.cancelAll()
        }
    }

    @Test("one is replaced when a third of its life is left, and names the host")
    func replaced() async throws {
        let clock = ManualClock()
        let environment = RuntimeEnvironment(time: clock.timeSource, logger: ControllerServerTests.logger)
        let start = environment.time.wallNow()
        let certificate = SelfMadeCertificate(host: "pod", lifetime: .seconds(9000), environment: environment)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await certificate.run() }
            try await certificate.holder.waitUntilPresent()
            let first = certificate.holder.current
            #expect(first.map { start.duration(to: $0.notAfter) } == .seconds(9000))
            for name in ["pod", "localhost"] { #expect(first.map { "\($0.chain)" }?.contains(name) == true) }
            await clock.waitForSleepers()
            clock.advance(by: .seconds(5999))
            #expect(certificate.holder.current?.notAfter == first?.notAfter)
            clock.advance(by: .seconds(1))
            await clock.waitForSleeper(until: clock.now.advanced(by: .seconds(6000)))
            #expect(certificate.holder.current.map { start.duration(to: $0.notAfter) } == .seconds(15_000))
            group.cancelAll()
        }
    }
}
