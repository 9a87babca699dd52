// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Testing

@testable import KubernetesClient

@Suite("The permit of a request, asked for on the thread that sends", TLSTools.condition, .timeLimit(.minutes(1)))
struct CurlPermitTests {
    private static let certificates = Result { try TestCertificates() }

    private func post(
        _ body: String,
        _ transport: CurlTransport,
        _ revocable: Revocable
    ) async throws(TransportError) -> HTTPExchange {
        try await transport.send(
            HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/"),
            body: Array(body.utf8),
            options: RequestOptions(permit: revocable.permit)
        )
    }

    /// The error of a request that was handed over before; it ends as the permit says.
    private func refusal(of request: Task<HTTPExchange, any Error>, _ revocable: Revocable) async {
        let error = await #expect(throws: TransportError.self) { try await request.value }
        #expect(error?.code == .canceled)
        #expect(error?.message == "revoked")
        #expect(revocable.refusals == 1)
    }

    /// Hands the request over before it returns.
    private func start(_ body: String, _ transport: CurlTransport, _ revocable: Revocable) -> Task<HTTPExchange, any Error> {
        // Runs here up to its first wait, which comes after the request has been handed over.
        Task.immediate { try await post(body, transport, revocable) }
    }

    @Test("one that is given is asked for once, on a new connection and on one that is used again")
    func given() async throws {
        let handler: @Sendable (TestConnection) -> Void = { while $0.readRequest() != nil { $0.answer("x") } }
        try await withServer(handler) { transport, server in
            for _ in 0..<2 {
                let revocable = Revocable()
                let answer = try await post("{}", transport, revocable)
                #expect(try await answer.text == "x")
                #expect(revocable.asked == 1)
            }
            #expect(server.accepted == 1)
        }
    }

    @Test("a request that waited for its turn is not sent, over a connection that was used before; the next one is")
    func queued() async throws {
        let seen = Locked<[String]>([])
        let (begun, release) = (Signal(), Signal())
        let handler: @Sendable (TestConnection) -> Void = { connection in
            while let request = connection.readRequest() {
                seen.withLock { $0.append(String(decoding: request.body, as: UTF8.self)) }
                if request.body == Array("first".utf8) {
                    begun.set()
                    release.block()
                }
                connection.answer("x")
            }
        }
        try await withServer(handler, configure: { $0.maximumConcurrentRequests = 1 }) { transport, _ in
            let (first, late) = (Revocable(), Revocable())
            let running = start("first", transport, first)
            await begun.wait()
            let waiting = start("late", transport, late)
            late.revoke()
            release.set()
            _ = try await running.value.text
            await refusal(of: waiting, late)
            _ = try await post("next", transport, first).text
            #expect(seen.withLock { $0 } == ["first", "next"])
        }
    }

    @Test("a request whose connection was held up in the TLS handshake is not sent; the next one is")
    func heldUp() async throws {
        let certificates = try Self.certificates.get()
        let target = try HTTP2Server(certificates)
        let (begun, release) = (Signal(), Signal())
        let isFirst = Locked(true)
        let gate = try TestServer { [port = UInt16(target.port)] connection in
            let waits = isFirst.withLock { isFirst in
                defer { isFirst = false }
                return isFirst
            }
            if waits {
                begun.set()
                release.block()
            }
            TunnelingProxy.lead(connection, to: port)
        }
        defer { gate.stop() }
        var configuration = ClientConfiguration(server: try ServerURL("https://127.0.0.1:\(gate.port)"))
        configuration.tls.certificateAuthority = try certificates.pem("ca.crt")
        try await CurlTransport.run(configuration) { transport in
            let late = Revocable()
            let waiting = start("late", transport, late)
            await begun.wait()
            late.revoke()
            release.set()
            await refusal(of: waiting, late)
            let text = try await post("count", transport, Revocable()).text
            #expect(text == "1")
        }
        withExtendedLifetime(target) {}
    }

    @Test("over HTTP/2 a refused request leaves the other streams of its connection alone")
    func multiplexed() async throws {
        let certificates = try Self.certificates.get()
        let server = try HTTP2Server(certificates)
        var configuration = ClientConfiguration(server: try ServerURL("https://127.0.0.1:\(server.port)"))
        configuration.tls.certificateAuthority = try certificates.pem("ca.crt")
        try await CurlTransport.run(configuration) { transport in
            let given = Revocable()
            let stream = try await post("open", transport, given)
            #expect(try await stream.body.next() == Array("hello".utf8))
            let late = Revocable()
            late.revoke()
            await refusal(of: start("late", transport, late), late)
            #expect(try await post("count", transport, given).text == "2")
            #expect(try await post("", transport, given).text.hasPrefix("connection 1, 1 open"))
        }
        withExtendedLifetime(server) {}
    }

    @Test("a body that has left in part is broken off")
    func partial() async throws {
        let (begun, release) = (Signal(), Signal())
        let whole = Locked<Bool?>(nil)
        let handler: @Sendable (TestConnection) -> Void = { connection in
            // More than the buffers of both sides hold has to follow.
            _ = connection.read(1)
            begun.set()
            release.block()
            whole.withLock { $0 = connection.readRequest() != nil }
        }
        try await withServer(handler) { transport, _ in
            let late = Revocable()
            let sending = start(String(repeating: "x", count: 64 << 20), transport, late)
            await begun.wait()
            late.revoke()
            release.set()
            await refusal(of: sending, late)
        }
        #expect(whole.withLock { $0 } == false)
    }
}
