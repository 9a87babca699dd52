// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Testing

@testable import KubernetesClient

@Suite("A client with a credential plugin", TLSTools.condition, .timeLimit(.minutes(1)))
struct ExecTransportTests {
    /// A server that takes the tokens that `accepts` does, and the tokens that it saw.
    private func peer(
        _ seen: Locked<[String]>,
        accepts: @escaping @Sendable (String) -> Bool
    ) -> @Sendable (TestConnection) -> Void {
        { connection in
            while let request = connection.readRequest() {
                let token = request.fields["authorization"] ?? "none"
                seen.withLock { $0.append(token) }
                connection.answer("body", status: accepts(token) ? "200 OK" : "401 Unauthorized")
            }
        }
    }

    @Test("sends the token that the plugin gives; twenty requests at the same time need one run")
    func token() async throws {
        let fixture = try ExecFixture("answer(token='t%d' % number)")
        let seen = Locked<[String]>([])
        let handler = peer(seen, accepts: { $0 == "Bearer t1" })
        try await withServer(handler, configure: { $0.execPlugin = fixture.plugin }) { transport, _ in
            try await withThrowingTaskGroup(of: HTTPResponse.Status.self) { group in
                for _ in 0..<20 { group.addTask { try await transport.get("/").head.status } }
                for try await status in group { #expect(status == .ok) }
            }
            #expect(try fixture.runs.count == 1)
            #expect(seen.withLock { $0.count } == 20)
        }
    }

    @Test("runs it once more when the server refuses the token, and sends the request once more")
    func refused() async throws {
        let fixture = try ExecFixture("answer(token='t%d' % number)")
        let seen = Locked<[String]>([])
        let handler = peer(seen, accepts: { $0 == "Bearer t2" })
        try await withServer(handler, configure: { $0.execPlugin = fixture.plugin }) { transport, _ in
            for _ in 0..<2 {
                let answer = try await transport.get("/")
                #expect(answer.head.status == .ok)
            }
            #expect(seen.withLock { $0 } == ["Bearer t1", "Bearer t2", "Bearer t2"])
            #expect(try fixture.runs.count == 2)
        }
    }

    @Test("gives the server's answer when it refuses the new token too, and does not run the plugin for each request")
    func refusedTwice() async throws {
        let fixture = try ExecFixture("answer(token='t%d' % number)")
        let seen = Locked<[String]>([])
        let handler = peer(seen, accepts: { _ in false })
        try await withServer(handler, configure: { $0.execPlugin = fixture.plugin }) { transport, _ in
            let answer = try await transport.get("/")
            #expect(answer.head.status == .unauthorized)
            #expect(try await answer.text == "body")
            #expect(seen.withLock { $0 } == ["Bearer t1", "Bearer t2"])
            #expect(try fixture.runs.count == 2)
        }
    }

    @Test("does not send the request again when the plugin has nothing new")
    func sameAgain() async throws {
        let fixture = try ExecFixture("answer(token='t')")
        let seen = Locked<[String]>([])
        let handler = peer(seen, accepts: { _ in false })
        try await withServer(handler, configure: { $0.execPlugin = fixture.plugin }) { transport, _ in
            let answer = try await transport.get("/")
            #expect(answer.head.status == .unauthorized)
            #expect(seen.withLock { $0 } == ["Bearer t"])
            #expect(try fixture.runs.count == 2)
        }
    }

    @Test("fails with the plugin's words, and sends nothing")
    func failing() async throws {
        let fixture = try ExecFixture("sys.exit('log in first')")
        try await withServer({ _ in }, configure: { $0.execPlugin = fixture.plugin }) { transport, server in
            let error = try await failure { () throws(TransportError) in try await transport.get("/") }
            #expect(error.code == .credentials)
            #expect(error.message == "the credential plugin python3 failed with exit code 1: log in first")
            #expect(server.accepted == 0)
        }
    }

    @Test("prefers a token of its own")
    func precedence() async throws {
        let fixture = try ExecFixture("answer(token='t%d' % number)")
        let seen = Locked<[String]>([])
        let configure: (inout ClientConfiguration) throws -> Void = { configuration in
            configuration.execPlugin = fixture.plugin
            configuration.token = .value("own")
        }
        try await withServer(peer(seen, accepts: { _ in true }), configure: configure) { transport, _ in
            _ = try await transport.text("/")
            #expect(seen.withLock { $0 } == ["Bearer own"])
        }
    }

    @Test("ends a plugin that runs at the shutdown")
    func shutdown() async throws {
        let fixture = try ExecFixture("signal.pause()")
        try await withServer({ _ in }, configure: { $0.execPlugin = fixture.plugin }) { transport, _ in
            let request = Task { try await transport.get("/", RequestOptions(timeout: nil)) }
            while try fixture.runs.isEmpty { await Task.yield() }
            await transport.shutdown()
            let error = await #expect(throws: TransportError.self) { try await request.value }
            #expect(error?.code == .closed)
        }
    }

    @Test("shows the client certificate that the plugin gives, and another one when the server does not know that")
    func certificate() async throws {
        let certificates = try TestCertificates()
        let fixture = try ExecFixture(
            """
            name = sys.argv[1] + "/" + ("client" if number == 1 else "second")
            answer(clientCertificateData=open(name + ".crt").read(), clientKeyData=open(name + ".key").read())
            """
        )
        let server = try TLSServer(certificates, needsClient: true)
        let path = try certificates.folder.write(
            """
            current-context: x
            clusters: [{name: c, cluster: {server: "https://127.0.0.1:\(server.port)", certificate-authority: ca.crt}}]
            users:
            - name: u
              user:
                exec:
                  apiVersion: client.authentication.k8s.io/v1
                  interactiveMode: Never
                  command: python3
                  args: [\(fixture.folder.path)/plugin.py, \(certificates.folder.path)]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            """,
            to: "config"
        )
        let configuration = try ClientConfiguration.load(kubeconfig: path, context: nil, environment: { _ in nil })
        let transport = CurlTransport(configuration: configuration)
        let first = try await transport.text("/")
        #expect(first.hasPrefix("tester "))
        let second = try await transport.text("/only/second")
        #expect(second.hasPrefix("second "))
        let third = try await transport.text("/")
        #expect(third.hasPrefix("second "))
        #expect(try fixture.runs.count == 2)
        await transport.shutdown()
        withExtendedLifetime(server) {}
    }
}
