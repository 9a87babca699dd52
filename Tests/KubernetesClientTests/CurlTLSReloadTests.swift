// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import Testing

@testable import KubernetesClient

@Suite("Certificates that are replaced in their files", TLSTools.condition, .timeLimit(.minutes(1)))
struct CurlTLSReloadTests {
    private static let certificates = Result { try TestCertificates() }

    private let certificates: TestCertificates
    private let folder: TemporaryFolder

    init() throws {
        certificates = try Self.certificates.get()
        folder = try TemporaryFolder()
    }

    /// Puts certificate and key of a test client where the transport looks for its own.
    private func install(client name: String) throws {
        for part in ["crt", "key"] { try copy("\(name).\(part)", to: "client.\(part)") }
    }

    private func copy(_ name: String, to target: String) throws {
        try folder.write(String(decoding: try certificates.pem(name), as: UTF8.self), to: target)
    }

    /// Runs `body` with a transport whose certificates are in the test's folder.
    private func withTransport(_ server: TLSServer, _ body: (CurlTransport) async throws -> Void) async throws {
        let path = try folder.write(kubeconfigWithFiles(port: server.port), to: "config")
        let configuration = try ClientConfiguration.load(kubeconfig: path, context: nil, environment: { _ in nil })
        try await CurlTransport.run(configuration, body)
    }

    @Test("a new authority is found when the old one does not do, without a failed request")
    func authority() async throws {
        let server = try TLSServer(certificates)
        try install(client: "client")
        try copy("other.crt", to: "ca.crt")
        try await withTransport(server) { transport in
            let error = try await failure { () throws(TransportError) in try await transport.get("/") }
            #expect(error.code == .tls)
            try copy("ca.crt", to: "ca.crt")
            let text = try await transport.text("/")
            #expect(text.hasPrefix("tester "))
        }
    }

    @Test("a new client certificate is shown when the server does not take the old one's connection")
    func refusedConnection() async throws {
        let server = try TLSServer(certificates, needsClient: true)
        try install(client: "stranger")
        try copy("ca.crt", to: "ca.crt")
        try await withTransport(server) { transport in
            let error = try await failure { () throws(TransportError) in try await transport.get("/") }
            #expect([.tls, .closed].contains(error.code), "\(error.code): \(error.message)")
            try install(client: "client")
            let text = try await transport.text("/")
            #expect(text.hasPrefix("tester "))
        }
    }

    @Test("a new client certificate is shown, on a new connection, when the server does not know the old one (401)")
    func unauthorized() async throws {
        let server = try TLSServer(certificates, needsClient: true)
        try install(client: "client")
        try copy("ca.crt", to: "ca.crt")
        try await withTransport(server) { transport in
            let refused = try await transport.get("/only/second")
            #expect(refused.head.status == .unauthorized)
            #expect(try await refused.text.hasPrefix("tester "))
            try install(client: "second")
            let answer = try await transport.get("/only/second")
            #expect(answer.head.status == .ok)
            #expect(try await answer.text.hasPrefix("second "))
            let text = try await transport.text("/")
            #expect(text.hasPrefix("second "))
        }
    }
}
