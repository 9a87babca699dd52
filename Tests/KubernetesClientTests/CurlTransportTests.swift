// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc
import HTTPTypes
import Testing

@testable import KubernetesClient

@Suite("The transport over libcurl", .timeLimit(.minutes(1)))
struct CurlTransportTests {
    @Test("sends a request as it was built, and gives head and body")
    func exchange() async throws {
        let seen = Locked<[TestConnection.Request]>([])
        let handler: @Sendable (TestConnection) -> Void = { connection in
            while let request = connection.readRequest() {
                seen.withLock { $0.append(request) }
                connection.answer("hello", status: "201 Created", fields: "X-A:  one \r\nx-a: two\r\n")
            }
        }
        try await withServer(handler, configure: { $0.token = .value("t0k") }) { transport, server in
            var head = HTTPRequest(method: .post, scheme: "ftp", authority: "evil", path: "/api/v1/x/../y?a=b%20c")
            head.headerFields[.contentType] = "application/json"
            head.headerFields[.accept] = "text/plain"
            head.headerFields[.contentLength] = "99"
            let answer = try await transport.send(head, body: Array("{}".utf8), options: RequestOptions())
            #expect(answer.head.status.code == 201)
            #expect(answer.head.headerFields[values: .init("X-A")!] == ["one", "two"])
            #expect(try await answer.text == "hello")
            let request = try #require(seen.withLock { $0.first })
            #expect(request.line == "POST /api/v1/x/../y?a=b%20c HTTP/1.1")
            #expect(request.fields["host"] == "127.0.0.1:\(server.port)")
            #expect(request.fields["authorization"] == "Bearer t0k")
            #expect(request.fields["content-type"] == "application/json")
            #expect(request.fields["accept"] == "text/plain")
            #expect(request.fields["content-length"] == "2")
            #expect(request.body == Array("{}".utf8))
        }
    }

    @Test("uses one connection and one handle for requests of every kind in turn, each as if it were the first")
    func reuse() async throws {
        let lines = Locked<[String]>([])
        let handler: @Sendable (TestConnection) -> Void = { connection in
            while let request = connection.readRequest() {
                let fields = ["content-length", "content-type", "expect", "x"].compactMap { name in
                    request.fields[name].map { "\(name)=\($0)" }
                }
                lines.withLock { $0.append(([request.line] + fields).joined(separator: " ")) }
                let isHead = request.line.hasPrefix("HEAD")
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n\(isHead ? "" : "ok")")
            }
        }
        try await withServer(handler) { transport, server in
            let steps: [(HTTPRequest.Method, Int, String?)] = [
                (.put, 2_000_000, "a/b"), (.get, 0, nil), (.head, 0, nil), (.patch, 3, "c/d"), (.delete, 0, nil),
                (.delete, 4, "e/f"), (.post, 0, nil),
                (.get, 0, nil),
            ]
            for (method, count, type) in steps {
                var head = HTTPRequest(method: method, scheme: nil, authority: nil, path: "/p")
                head.headerFields[.contentType] = type
                if method == .patch { head.headerFields[HTTPField.Name("X")!] = "" }
                let answer = try await transport.send(
                    head,
                    body: [UInt8](repeating: 0x20, count: count),
                    options: RequestOptions()
                )
                #expect(try await answer.text == (method == .head ? "" : "ok"))
            }
            #expect(
                lines.withLock { $0 } == [
                    "PUT /p HTTP/1.1 content-length=2000000 content-type=a/b", "GET /p HTTP/1.1", "HEAD /p HTTP/1.1",
                    "PATCH /p HTTP/1.1 content-length=3 content-type=c/d x=", "DELETE /p HTTP/1.1",
                    "DELETE /p HTTP/1.1 content-length=4 content-type=e/f", "POST /p HTTP/1.1 content-length=0",
                    "GET /p HTTP/1.1",
                ]
            )
            #expect(server.accepted == 1)
        }
    }

    @Test("gives pieces of a stream as they come, byte by byte too")
    func streaming() async throws {
        let next = Signal()
        let handler: @Sendable (TestConnection) -> Void = { connection in
            _ = connection.readRequest()
            connection.beginChunked()
            for character in "abc" {
                connection.chunk(String(character))
                next.block()
            }
            connection.write("0\r\nX-Trailer: late\r\n\r\n")
            connection.waitForClose()
        }
        try await withServer(handler) { transport, _ in
            let answer = try await transport.get("/", RequestOptions(timeout: nil))
            for character in "abc" {
                #expect(try await answer.body.next() == Array(String(character).utf8))
                next.set()
            }
            #expect(try await answer.body.next() == nil)
            #expect(try await answer.body.next() == nil)
        }
    }

    @Test("gives the head before there is a body, and passes over informational answers")
    func headFirst() async throws {
        let next = Signal()
        let handler: @Sendable (TestConnection) -> Void = { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n")
            next.block()
            connection.write("x")
            connection.waitForClose()
        }
        try await withServer(handler) { transport, _ in
            let answer = try await transport.get("/")
            #expect(answer.head.status.code == 200)
            #expect(answer.head.headerFields[HTTPField.Name("X-Early")!] == nil)
            next.set()
            #expect(try await answer.text == "x")
        }
    }

    @Test("does not follow redirects, with which the token would go elsewhere")
    func redirects() async throws {
        let elsewhere = try TestServer { _ = $0.readRequest() }
        defer { elsewhere.stop() }
        let target = "http://127.0.0.1:\(elsewhere.port)/"
        let handler: @Sendable (TestConnection) -> Void = { connection in
            while connection.readRequest() != nil {
                connection.answer("", status: "302 Found", fields: "Location: \(target)\r\n")
            }
        }
        try await withServer(handler, configure: { $0.token = .value("t0k") }) { transport, server in
            let answer = try await transport.get("/")
            #expect(answer.head.status.code == 302)
            #expect(server.accepted == 1)
            #expect(elsewhere.accepted == 0)
        }
    }

    @Test("unpacks compressed answers where they are asked for")
    func compression() async throws {
        let packed: [UInt8] = [
            0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x86, 0xa6,
            0x10, 0x36, 0x05, 0x00,
            0x00, 0x00,
        ]
        let handler: @Sendable (TestConnection) -> Void = { connection in
            while let request = connection.readRequest() {
                guard request.fields["accept-encoding"] == "gzip" else {
                    connection.answer("plain")
                    continue
                }
                connection.write("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(packed.count)\r\n\r\n")
                connection.write(packed)
            }
        }
        try await withServer(handler, configure: { $0.acceptsCompression = true }) { transport, _ in
            let text = try await transport.text("/")
            #expect(text == "hello")
        }
        try await withServer(handler) { transport, _ in
            let text = try await transport.text("/")
            #expect(text == "plain")
        }
    }

    @Test(
        "refuses a path that is none",
        arguments: ["", "x", "@evil.example/", "//evil\r\nX: y", "/a b", "/a#b", "http://evil.example/", "/ä"]
    )
    func paths(path: String) async throws {
        let transport = CurlTransport(configuration: ClientConfiguration(server: try ServerURL("http://127.0.0.1:1")))
        let error = try await failure { () throws(TransportError) in try await transport.get(path) }
        #expect(error.code == .other)
        #expect(!error.message.contains("\n"))
        await transport.shutdown()
    }

    // MARK: Proxies

    @Test("does not use a proxy for this machine")
    func loopbackWithoutProxy() async throws {
        let proxy = "http://127.0.0.1:\(try TestServer.unusedPort())"
        let handler: @Sendable (TestConnection) -> Void = { while $0.readRequest() != nil { $0.answer("direct") } }
        try await withServer(handler, configure: { $0.proxy = proxy }) { transport, _ in
            let text = try await transport.text("/")
            #expect(text == "direct")
        }
    }

    @Test("uses the proxy for other servers")
    func proxy() async throws {
        let line = Locked("")
        let handler: @Sendable (TestConnection) -> Void = { connection in
            while let request = connection.readRequest() {
                line.withLock { $0 = request.line }
                connection.answer("by proxy")
            }
        }
        let throughProxy: (inout ClientConfiguration) throws -> Void = { configuration in
            configuration.proxy = configuration.server.description
            configuration.server = try ServerURL("http://api.invalid:8080/base")
        }
        try await withServer(handler, configure: throughProxy) { transport, _ in
            let text = try await transport.text("/p")
            #expect(text == "by proxy")
            #expect(line.withLock { $0 } == "GET http://api.invalid:8080/base/p HTTP/1.1")
        }
    }

    // MARK: Lanes

    @Test("the kernel asks a silent peer for a sign of life, and gives a connection up that swallows what it is sent for 30 s")
    func silentPeers() async throws {
        let handler: @Sendable (TestConnection) -> Void = { while $0.readRequest() != nil { $0.answer("x") } }
        try await withServer(handler) { transport, server in
            _ = try await transport.text("/")
            let sockets = OpenSockets.all(to: server.port)
            #expect(sockets.count == 1)
            for socket in sockets {
                #expect(OpenSockets.option(SO_KEEPALIVE, level: SOL_SOCKET, of: socket) == 1)
                let level = Int32(IPPROTO_TCP)
                #expect(OpenSockets.option(TCP_KEEPIDLE, level: level, of: socket) == 30)
                #expect(OpenSockets.option(TCP_KEEPINTVL, level: level, of: socket) == 10)
                #expect(OpenSockets.option(TCP_USER_TIMEOUT, level: level, of: socket) == 30_000)
            }
        }
    }

    @Test("gives the lease and each stream a connection of their own")
    func lanes() async throws {
        let handler: @Sendable (TestConnection) -> Void = { while $0.readRequest() != nil { $0.answer("x") } }
        try await withServer(handler) { transport, server in
            for lane in [RequestOptions.Lane.bulk, .status, .bulk, .lease, .lease] {
                let text = try await transport.text("/", RequestOptions(lane: lane))
                #expect(text == "x")
            }
            #expect(server.accepted == 2)
            for _ in 0..<3 {
                let text = try await transport.text("/", RequestOptions(timeout: nil, lane: .stream))
                #expect(text == "x")
            }
            #expect(server.accepted == 5)
        }
    }

    @Test("lets status overtake bulk when there are more requests than may run")
    func overtaking() async throws {
        let order = Locked<[String]>([])
        let (begun, release) = (Signal(), Signal())
        let handler: @Sendable (TestConnection) -> Void = { connection in
            while let request = connection.readRequest() {
                order.withLock { $0.append(String(request.line.split(separator: " ")[1])) }
                if request.line.contains("/first") {
                    begun.set()
                    release.block()
                }
                connection.answer("x")
            }
        }
        try await withServer(handler, configure: { $0.maximumConcurrentRequests = 1 }) { transport, _ in
            async let first = transport.text("/first")
            await begun.wait()
            // Those that follow are handed over in this order before the first can end.
            let waiting = try await Waiting(transport, ["/bulk": .bulk, "/status": .status], order: ["/bulk", "/status"])
            release.set()
            _ = try await first
            try await waiting.finish()
            #expect(order.withLock { $0 } == ["/first", "/status", "/bulk"])
        }
    }

    @Test("a slow reader of a stream holds its server up and nobody else, and loses nothing")
    func backPressure() async throws {
        let piece = String(repeating: "x", count: 1 << 20)
        let handler: @Sendable (TestConnection) -> Void = { connection in
            while let request = connection.readRequest() {
                guard request.line.contains("/stream") else {
                    connection.answer("quick")
                    continue
                }
                connection.beginChunked()
                for _ in 0..<32 { connection.chunk(piece) }
                connection.write("0\r\n\r\n")
            }
        }
        try await withServer(handler) { transport, _ in
            let options = RequestOptions(timeout: nil, maximumBodyBytes: 64 << 10, lane: .stream)
            let stream = try await transport.get("/stream", options)
            let text = try await transport.text("/other")
            #expect(text == "quick")
            var count = 0
            var largest = 0
            while let chunk = try await stream.body.next() {
                count += chunk.count
                largest = max(largest, chunk.count)
            }
            #expect(count == 32 << 20)
            #expect(largest <= 64 << 10)
        }
    }
}

/// Requests that wait for their turn, handed over one after the other.
private final class Waiting: Sendable {
    private let tasks: [Task<String, any Error>]

    init(_ transport: CurlTransport, _ lanes: [String: RequestOptions.Lane], order: [String]) async throws {
        var tasks: [Task<String, any Error>] = []
        for path in order {
            let lane = lanes[path] ?? .bulk
            // Runs here up to its first wait, which comes after the request has been handed over.
            tasks.append(Task.immediate { try await transport.text(path, RequestOptions(lane: lane)) })
        }
        self.tasks = tasks
    }

    func finish() async throws {
        for task in tasks { _ = try await task.value }
    }
}
