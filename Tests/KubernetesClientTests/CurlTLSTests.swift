// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Testing

@testable import KubernetesClient

@Suite("The transport over TLS", TLSTools.condition, .timeLimit(.minutes(1)))
struct CurlTLSTests {
    /// Made once; making them takes longer than using them.
    private static let certificates = Result { try TestCertificates() }

    private var certificates: TestCertificates {
        get throws { try Self.certificates.get() }
    }

    private func get(_ server: TLSServer, host: String = "127.0.0.1", _ tls: TLSConfiguration) async throws -> String {
        let url = try ServerURL("https://\(host):\(server.port)")
        let transport = CurlTransport(configuration: ClientConfiguration(server: url, tls: tls))
        do throws(TransportError) {
            let text = try await transport.get("/").text
            await transport.shutdown()
            return text
        } catch {
            await transport.shutdown()
            throw error
        }
    }

    private func problem(_ server: TLSServer, _ tls: TLSConfiguration) async throws -> TransportError {
        try #require(await #expect(throws: TransportError.self) { try await get(server, tls) })
    }

    @Test("a server with a certificate of the cluster's authority is trusted")
    func trusted() async throws {
        let server = try TLSServer(certificates)
        let tls = TLSConfiguration(certificateAuthority: try certificates.pem("ca.crt"))
        #expect(try await get(server, tls) == "nobody None 127.0.0.1:\(server.port)")
    }

    @Test("a server of another authority is not, and neither is one when the system's are asked")
    func untrusted() async throws {
        let server = try TLSServer(certificates)
        for authority in [try certificates.pem("other.crt"), nil] {
            let error = try await problem(server, TLSConfiguration(certificateAuthority: authority))
            #expect(error.code == .tls)
            #expect(error.message.contains("https://127.0.0.1:\(server.port) is not trusted"))
            #expect(error.message.contains("certificate-authority"))
        }
    }

    @Test("a server with another name is not trusted, unless that name is expected")
    func names() async throws {
        let server = try TLSServer(certificates, certificate: "elsewhere")
        var tls = TLSConfiguration(certificateAuthority: try certificates.pem("ca.crt"))
        #expect(try await problem(server, tls).code == .tls)
        tls.serverName = "elsewhere.test"
        #expect(try await get(server, tls) == "nobody elsewhere.test 127.0.0.1:\(server.port)")
        tls.serverName = "nowhere.test"
        #expect(try await problem(server, tls).code == .tls)
    }

    @Test("without verification anybody is taken")
    func unverified() async throws {
        let server = try TLSServer(certificates, certificate: "elsewhere")
        #expect(try await get(server, TLSConfiguration(skipsVerification: true)).hasPrefix("nobody"))
    }

    @Test("the client's certificate says who it is")
    func clientCertificate() async throws {
        let server = try TLSServer(certificates, needsClient: true)
        var tls = TLSConfiguration(certificateAuthority: try certificates.pem("ca.crt"))
        let error = try await problem(server, tls)
        #expect([.tls, .closed].contains(error.code), "\(error.code): \(error.message)")
        tls.clientCertificate = try certificates.pem("client.crt")
        tls.clientKey = try certificates.pem("client.key")
        #expect(try await get(server, tls).hasPrefix("tester "))
    }

    @Test("a client certificate of another authority is refused, and the error says what to check")
    func foreignClientCertificate() async throws {
        let server = try TLSServer(certificates, needsClient: true)
        let tls = TLSConfiguration(
            certificateAuthority: try certificates.pem("ca.crt"),
            clientCertificate: try certificates.pem("stranger.crt"),
            clientKey: try certificates.pem("stranger.key")
        )
        let error = try await problem(server, tls)
        // A server that closes at once may be gone before its reason is read.
        guard error.code != .closed else { return }
        #expect(error.code == .tls)
        #expect(error.message.contains("https://127.0.0.1:\(server.port) refuses the client certificate"), "\(error.message)")
        #expect(error.message.contains("client-certificate and client-key"), "\(error.message)")
    }

    @Test("a client certificate with the wrong key, or that is broken, is said to be so")
    func brokenClientCertificate() async throws {
        let server = try TLSServer(certificates)
        var tls = TLSConfiguration(
            certificateAuthority: try certificates.pem("ca.crt"),
            clientCertificate: try certificates.pem("client.crt")
        )
        for key in [try certificates.pem("server.key"), Array("-----BEGIN nonsense".utf8)] {
            tls.clientKey = key
            let error = try await problem(server, tls)
            #expect(error.code == .tls)
            #expect(error.message.contains("client-certificate and client-key"))
        }
    }

    @Test("an authority that is no certificate is said to be so")
    func brokenAuthority() async throws {
        let server = try TLSServer(certificates)
        let error = try await problem(server, TLSConfiguration(certificateAuthority: Array("-----BEGIN nonsense".utf8)))
        #expect(error.code == .tls)
        #expect(error.message.contains("certificate-authority"), "\(error.message)")
    }

    @Test("a server that speaks no TLS is said to be none")
    func plainServer() async throws {
        let handler: @Sendable (TestConnection) -> Void = { connection in
            _ = connection.read(1)
            connection.write("HTTP/1.0 400 Bad Request\r\n\r\nthis is plain HTTP")
        }
        let secure: (inout ClientConfiguration) throws -> Void = { configuration in
            configuration.server = try ServerURL("https://127.0.0.1:\(configuration.server.port)")
        }
        try await withServer(handler, configure: secure) { transport, _ in
            let error = try await failure { () throws(TransportError) in try await transport.get("/") }
            #expect(error.code == .tls)
            #expect(error.message.contains("is it an HTTPS server"))
        }
    }

    @Test("a proxy is asked for a tunnel to another machine, and sees neither token nor requests")
    func tunnel() async throws {
        let server = try TLSServer(certificates)
        let proxy = TunnelingProxy()
        let authority = try certificates.pem("ca.crt")
        let throughProxy: (inout ClientConfiguration) throws -> Void = { configuration in
            configuration.proxy = configuration.server.description
            configuration.server = try ServerURL("https://api.test:\(server.port)")
            configuration.tls.certificateAuthority = authority
            configuration.token = .value("t0k")
            configuration.impersonation = Impersonation(user: "jane")
        }
        try await withServer({ proxy.handle($0) }, configure: throughProxy) { transport, _ in
            for _ in 0..<2 {
                let text = try await transport.text("/p")
                #expect(text == "nobody api.test api.test:\(server.port)")
            }
        }
        let requests = proxy.requests.withLock { $0 }
        #expect(requests.map(\.line) == ["CONNECT api.test:\(server.port) HTTP/1.1"])
        let names = Set(requests.flatMap(\.fields.keys))
        #expect(names.isDisjoint(with: ["authorization", "impersonate-user"]), "\(names)")
        withExtendedLifetime(server) {}
    }

    @Test("a kubeconfig with files leads to the server")
    func kubeconfig() async throws {
        let server = try TLSServer(certificates, needsClient: true)
        let path = try certificates.folder.write(kubeconfigWithFiles(port: server.port), to: "config")
        let configuration = try ClientConfiguration.load(kubeconfig: path, context: nil, environment: { _ in nil })
        let client = try KubernetesClient(configuration: configuration)
        let (answer, body) = try await client.request(HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/"))
        await client.transport.shutdown()
        #expect(answer.status == .ok)
        #expect(String(decoding: body, as: UTF8.self).hasPrefix("tester "))
        withExtendedLifetime(server) {}
    }
}
