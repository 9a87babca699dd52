// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import HTTPTypes
import KubernetesClient
import Logging
import Testing

@testable import ControllerServing

@Suite("Certificates of clients", .timeLimit(.minutes(1)), Tool.needs("openssl", package: "openssl"))
struct ClientAuthoritiesTests {
    private let clock = ManualClock()
    private let log = LogCapture()

    /// The status of an answer to a client that shows this certificate; nil when there is no connection.
    private func status(_ port: Int, _ files: OpenSSLCertificates, client: String?) async throws -> Int? {
        var configuration = ClientConfiguration(server: try ServerURL("https://127.0.0.1:\(port)"))
        configuration.tls.certificateAuthority = try files.read("server.crt")
        if let client {
            configuration.tls.clientCertificate = try files.read("\(client).crt")
            configuration.tls.clientKey = try files.read("\(client).key")
        }
        let transport = CurlTransport(configuration: configuration)
        let head = HTTPRequest(method: .get, scheme: "https", authority: "127.0.0.1", path: "/healthz")
        var status: Int?
        do throws(TransportError) {
            status = try await transport.send(head, body: [], options: RequestOptions()).head.status.code
        } catch {
            #expect(error.code != .timedOut)
        }
        await transport.shutdown()
        return status
    }

    @Test(
        "only clients of the file's authorities connect, and a new file counts for new connections",
        arguments: [false, true]
    )
    func admits(http2: Bool) async throws {
        let files = try OpenSSLCertificates()
        for name in ["server", "red", "blue"] { try files.make(name) }
        try files.make("ada", signedBy: "red", usage: "clientAuth")
        try files.make("machine", signedBy: "red", usage: "serverAuth")
        try files.make("grace", signedBy: "blue", usage: "clientAuth")
        let holder = CertificateHolder()
        holder.update(try CertificatePair(certificatePEM: files.read("server.crt"), keyPEM: files.read("server.key")))
        let environment = RuntimeEnvironment(time: clock.timeSource, logger: log.logger())
        let authorities = ClientAuthorities(path: files.path("ca.crt"), environment: environment)
        let tls = ServingTLS(certificate: holder, enablesHTTP2: http2, clients: authorities)
        try await ControllerServerTests.serving([.health(HealthRegistry())], tls: tls) { port in
            #expect(try await status(port, files, client: "ada") == nil, "before the file was read")
            try files.write(files.read("red.crt"), to: "ca.crt")
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await authorities.run() }
                await clock.waitForSleepers()
                for (client, code) in [("ada", 200), ("grace", nil), ("machine", nil), (nil, nil)]
                    as [(String?, Int?)]
                {
                    #expect(try await status(port, files, client: client) == code, "\(client ?? "none")")
                }
                try files.write(files.read("blue.crt"), to: "ca.crt")
                clock.advance(by: .seconds(10))
                await clock.waitForSleepers()
                #expect(try await status(port, files, client: "ada") == nil)
                #expect(try await status(port, files, client: "grace") == 200)
                try files.write(Array("no certificate".utf8), to: "ca.crt")
                clock.advance(by: .seconds(10))
                await clock.waitForSleepers()
                #expect(try await status(port, files, client: "grace") == 200, "the old ones stay")
                #expect(log.messages(.error).contains { $0.contains("no certificate") })
                group.cancelAll()
            }
        }
    }

    @Test("a file that is not there for ten seconds ends it with an error that names it")
    func missing() async throws {
        let environment = RuntimeEnvironment(time: clock.timeSource, logger: log.logger())
        let authorities = ClientAuthorities(path: "/nowhere/ca.crt", environment: environment)
        let run = Task { try await authorities.run() }
        for _ in 0..<9 {
            await clock.waitForSleepers()
            clock.advance(by: .seconds(1))
        }
        let result = await run.result
        let error = #expect(throws: ServingError.self) { try result.get() }
        #expect(error?.code == .certificate && error?.message.contains("/nowhere/ca.crt") == true)
    }
}
