// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import CLibcurl
import HTTPTypes
import Testing

@testable import KubernetesClient

@Suite("A server that is dead or half dead", .timeLimit(.minutes(1)))
struct CurlFailureTests {
    @Test("refusing connections is said with its address and a remedy")
    func refused() async throws {
        let port = try TestServer.unusedPort()
        let transport = CurlTransport(configuration: ClientConfiguration(server: try ServerURL("http://127.0.0.1:\(port)")))
        for lane in RequestOptions.Lane.allCases {
            let error = try await failure { () throws(TransportError) in try await transport.get("/", RequestOptions(lane: lane))
            }
            #expect(error.code == .refused)
            #expect(error.message.contains("http://127.0.0.1:\(port)") && error.message.contains("is the API server running"))
        }
        await transport.shutdown()
    }

    @Test("with a name that does not exist is unreachable")
    func unresolvable() async throws {
        let transport = CurlTransport(configuration: ClientConfiguration(server: try ServerURL("http://no-such-host.invalid")))
        let error = try await failure { () throws(TransportError) in try await transport.get("/") }
        #expect(error.code == .unreachable)
        #expect(error.message.contains("no-such-host.invalid"))
        await transport.shutdown()
    }

    @Test(
        "that breaks the connection off is told from one that refuses the client certificate by an alert of TLS",
        arguments: [
            ("error:0A00045C:SSL routines::tlsv13 alert certificate required", TransportError.Code.tls),
            ("error:0A000418:SSL routines::tlsv1 alert unknown ca", .tls),
            ("error:0A000126:SSL routines::unexpected eof while reading", .closed),
            ("error:0A000438:SSL routines::tlsv1 alert internal error", .closed),
            ("", .closed),
        ]
    )
    func alerts(text: String, expected: TransportError.Code) {
        for code in [CURLE_RECV_ERROR, CURLE_SEND_ERROR] {
            let failure = CurlFailure(code: code, text: text, systemError: 0, server: "https://h", connectTimeout: .seconds(1))
            #expect(failure.transportError.code == expected)
        }
    }

    @Test("that never answers ends with timedOut", arguments: RequestOptions.Lane.allCases)
    func hanging(lane: RequestOptions.Lane) async throws {
        try await withServer({ $0.waitForClose() }) { transport, _ in
            let options = RequestOptions(timeout: .milliseconds(50), lane: lane)
            let error = try await failure { () throws(TransportError) in try await transport.get("/", options) }
            #expect(error.code == .timedOut)
            #expect(error.message.contains("within 0.05 seconds"))
        }
    }

    @Test("that falls silent ends with timedOut after what it said", arguments: [RequestOptions.Lane.bulk, .stream])
    func silent(lane: RequestOptions.Lane) async throws {
        let handler: @Sendable (TestConnection) -> Void = { connection in
            _ = connection.readRequest()
            connection.beginChunked()
            connection.chunk("said")
            connection.waitForClose()
        }
        try await withServer(handler) { transport, _ in
            let options = RequestOptions(timeout: nil, idleTimeout: .milliseconds(50), lane: lane)
            let answer = try await transport.get("/", options)
            #expect(try await answer.body.next() == Array("said".utf8))
            let error = try await failure { () throws(TransportError) in try await answer.body.next() }
            #expect(error.code == .timedOut)
            #expect(error.message.contains("sent nothing for 0.05 seconds"))
            #expect(try await answer.body.next() == nil)
        }
    }

    @Test("waiting for a turn counts into the timeout")
    func timeoutInQueue() async throws {
        try await withServer({ $0.waitForClose() }, configure: { $0.maximumConcurrentRequests = 1 }) { transport, server in
            let hanging = Task.immediate { try await transport.get("/", RequestOptions(timeout: .seconds(600))) }
            let options = RequestOptions(timeout: .milliseconds(50))
            let error = try await failure { () throws(TransportError) in try await transport.get("/", options) }
            #expect(error.code == .timedOut)
            hanging.cancel()
            await #expect(throws: TransportError.self) { try await hanging.value }
            #expect(server.accepted <= 1)
        }
    }

    @Test("that closes without a word is closed", arguments: RequestOptions.Lane.allCases)
    func closing(lane: RequestOptions.Lane) async throws {
        try await withServer({ _ = $0.readRequest() }) { transport, _ in
            let error = try await failure { () throws(TransportError) in try await transport.get("/", RequestOptions(lane: lane))
            }
            #expect(error.code == .closed)
            #expect(error.message.contains("http://127.0.0.1:"))
        }
    }

    @Test(
        "that closes in the middle of a body gives what came, then closed",
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n8\r\n",
        ]
    )
    func closingInBody(answer: String) async throws {
        let handler: @Sendable (TestConnection) -> Void = { connection in
            _ = connection.readRequest()
            connection.write(answer)
        }
        try await withServer(handler) { transport, _ in
            let answer = try await transport.get("/")
            #expect(try await answer.body.next() == Array("half".utf8))
            let error = try await failure { () throws(TransportError) in try await answer.body.next() }
            #expect(error.code == .closed)
        }
    }

    @Test(
        "that does not speak HTTP violates the protocol",
        arguments: [
            "SSH-2.0-OpenSSH_9.2\r\n", "\u{0}\u{1}\u{2}\u{3}\r\n\r\n", "HTTP/1.1 banana\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n",
            "garbage\r\n\r\n",
            "HTTP/1.1 200 OK\r\nX: \(String(repeating: "x", count: 300_000))\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        ]
    )
    func garbage(answer: String) async throws {
        let handler: @Sendable (TestConnection) -> Void = { connection in
            _ = connection.readRequest()
            connection.write(answer)
            connection.waitForClose()
        }
        try await withServer(handler) { transport, _ in
            let error = try await failure { () throws(TransportError) in
                try await transport.get("/", RequestOptions(timeout: .seconds(20)))
            }
            #expect([.protocolViolation, .other].contains(error.code), "\(error.code): \(error.message)")
            #expect(!error.message.contains("\n"))
        }
    }

    @Test("that sends faster than it is read loses the exchange, not the memory")
    func overflow() async throws {
        let piece = String(repeating: "x", count: 64 << 10)
        let broken = Signal()
        let handler: @Sendable (TestConnection) -> Void = { connection in
            _ = connection.readRequest()
            connection.beginChunked()
            while connection.chunk(piece) {}
            broken.set()
        }
        try await withServer(handler) { transport, _ in
            let answer = try await transport.get("/", RequestOptions(timeout: nil, maximumBodyBytes: 1 << 20))
            await broken.wait()
            var count = 0
            let error = try await failure { () throws(TransportError) in
                while let chunk = try await answer.body.next() { count += chunk.count }
            }
            #expect(error.code == .tooLarge)
            #expect(count <= 1 << 20 && count > 1 << 19)
        }
    }
}
