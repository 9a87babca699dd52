// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import HTTPTypes
import KubernetesClient
import Testing

@testable import ControllerServing

@Suite("Serving over TLS", .timeLimit(.minutes(1)), Tool.needs("openssl", package: "openssl"))
struct TLSServingTests {
    static func transport(port: Int, trusting authorities: [UInt8]) throws -> CurlTransport {
        var configuration = ClientConfiguration(server: try ServerURL("https://127.0.0.1:\(port)"))
        configuration.tls.certificateAuthority = authorities
        return CurlTransport(configuration: configuration)
    }

    static func get(_ path: String, port: Int, trusting authorities: [UInt8]) async throws -> (status: Int, text: String) {
        let transport = try transport(port: port, trusting: authorities)
        do {
            let head = HTTPRequest(method: .get, scheme: "https", authority: "127.0.0.1", path: path)
            let exchange = try await transport.send(head, body: [], options: RequestOptions())
            let bytes = try await exchange.body.collect(upTo: 1 << 20)
            await transport.shutdown()
            return (exchange.head.status.code, String(decoding: bytes, as: UTF8.self))
        } catch {
            await transport.shutdown()
            throw error
        }
    }

    @Test("a certificate of openssl serves, over HTTP/1.1 and HTTP/2", arguments: [false, true])
    func serves(http2: Bool) async throws {
        let files = try OpenSSLCertificates()
        try files.make("first")
        let holder = CertificateHolder()
        holder.update(try CertificatePair(certificatePEM: files.read("first.crt"), keyPEM: files.read("first.key")))
        let trusted = try files.read("first.crt")
        try await ControllerServerTests.serving(
            [.health(HealthRegistry())],
            tls: ServingTLS(certificate: holder, enablesHTTP2: http2)
        ) { port in
            let answer = try await Self.get("/healthz", port: port, trusting: trusted)
            #expect(answer.text == "ok")
            await #expect(throws: TransportError.self) { try await ControllerServerTests.get("/healthz", port: port) }
        }
    }

    @Test("a rotation under load loses no call, and the new certificate is shown to new connections", arguments: [false, true])
    func rotation(http2: Bool) async throws {
        let files = try OpenSSLCertificates()
        for name in ["first", "second"] { try files.make(name) }
        let (first, second) = (try files.read("first.crt"), try files.read("second.crt"))
        try files.install("first")
        let clock = ManualClock()
        let environment = RuntimeEnvironment(time: clock.timeSource, logger: ControllerServerTests.logger)
        let watcher = CertificateWatcher(
            certificatePath: files.path("tls.crt"),
            keyPath: files.path("tls.key"),
            environment: environment
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await watcher.run() }
            try await watcher.holder.waitUntilPresent()
            try await ControllerServerTests.serving(
                [.health(environment.health)],
                tls: ServingTLS(certificate: watcher.holder, enablesHTTP2: http2),
                environment: environment
            ) { port in
                let rotated = Locked(false)
                let calls = try await withThrowingTaskGroup(of: Int.self) { load in
                    for client in 0..<4 {
                        load.addTask {
                            var calls = 0
                            var afterRotation = 0
                            // Even clients keep their connection; odd ones make a new one for each call.
                            var kept = try Self.transport(port: port, trusting: first + second)
                            while afterRotation < 20 {
                                if rotated.withLock({ $0 }) { afterRotation += 1 }
                                let head = HTTPRequest(method: .get, scheme: "https", authority: "x", path: "/healthz")
                                let exchange = try await kept.send(head, body: [], options: RequestOptions())
                                #expect(exchange.head.status == .ok)
                                _ = try await exchange.body.collect(upTo: 1 << 20)
                                calls += 1
                                guard client % 2 == 1 else { continue }
                                await kept.shutdown()
                                kept = try Self.transport(port: port, trusting: first + second)
                            }
                            await kept.shutdown()
                            return calls
                        }
                    }
                    try files.install("second")
                    let before = watcher.holder.current?.notAfter
                    await clock.waitForSleepers()
                    clock.advance(by: .seconds(10))
                    await clock.waitForSleepers()
                    #expect(before != nil)
                    rotated.withLock { $0 = true }
                    return try await load.reduce(0, +)
                }
                #expect(calls >= 80)
                let answer = try await Self.get("/healthz", port: port, trusting: second)
                #expect(answer.status == 200)
                await #expect(throws: TransportError.self) { try await Self.get("/healthz", port: port, trusting: first) }
            }
            group.cancelAll()
        }
    }
}
