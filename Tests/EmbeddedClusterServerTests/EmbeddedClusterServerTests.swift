// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import EmbeddedCluster
import HTTPTypes
import KubernetesClient
import KubernetesJSON
import Logging
import Testing

@testable import EmbeddedClusterServer

@Suite("The server over HTTPS", .timeLimit(.minutes(1)))
struct EmbeddedClusterServerTests {
    static let echo: ClusterRequestHandler = { head, body, user in
        .text("\(user.name) \(head.method.rawValue) \(head.path ?? "") \(body.count)")
    }

    @Test("a request reaches the cluster with its user, method, path, query and body; the answer comes back")
    func request() async throws {
        try await RunningServer.run(handler: Self.echo) { server in
            let answer = try await server.request("/api/v1/namespaces/a/pods?x=%20y", method: .post, body: [1, 2, 3])
            #expect(answer.text == "admin POST /api/v1/namespaces/a/pods?x=%20y 3")
            #expect(answer.head.status == .ok)
            #expect(answer.head.headerFields[.cacheControl] == "no-cache, private")
        }
    }

    @Test("statuses and fields of the cluster's answer arrive unchanged, and an empty answer is empty")
    func answerHead() async throws {
        let handler: ClusterRequestHandler = { _, _, _ in
            var head = HTTPResponse(status: HTTPResponse.Status(code: 422))
            head.headerFields[.contentType] = "application/json"
            head.headerFields[.cacheControl] = "public"
            return HTTPExchange(head: head, body: HTTPBody([]))
        }
        try await RunningServer.run(handler: handler) { server in
            let answer = try await server.request("/api/v1/pods")
            #expect(answer.head.status.code == 422)
            #expect(answer.head.headerFields[.contentType] == "application/json")
            #expect(answer.head.headerFields[.cacheControl] == "public")
            #expect(answer.text.isEmpty)
        }
    }

    @Test("an unknown token gets 401, nobody gets 403 but may ask for health, and the cluster hears of neither refusal")
    func authentication() async throws {
        let handler: ClusterRequestHandler = { head, _, user in
            #expect(head.path == "/healthz")
            return .text(user.name)
        }
        try await RunningServer.run(handler: handler) { server in
            let unknown = try await server.request("/api/v1/pods", token: "no-such-token")
            #expect(unknown.head.status == .unauthorized)
            #expect(
                try JSONValue(parsing: unknown.text) == [
                    "apiVersion": "v1", "code": 401, "kind": "Status", "message": "Unauthorized", "metadata": [:],
                    "reason": "Unauthorized", "status": "Failure",
                ]
            )
            let nobody = try await server.request("/api/v1/pods", method: .post, body: [1], token: nil)
            #expect(nobody.head.status == .forbidden)
            #expect(nobody.head.headerFields[.contentType] == "application/json")
            #expect(try JSONValue(parsing: nobody.text)["reason"] == "Forbidden")
            #expect(try await server.request("/api/v1/pods", token: "alice-alice-alice").head.status == .forbidden)
            #expect(try await server.request("/healthz", token: nil).text == "system:anonymous")
        }
    }

    @Test("a body of the limit is taken, one byte more is refused with 413, and the connection stays usable")
    func bodyLimit() async throws {
        try await RunningServer.run(handler: Self.echo) { server in
            let limit = 3 << 20
            let fits = try await server.request("/apis", method: .post, body: [UInt8](repeating: 32, count: limit))
            #expect(fits.text == "admin POST /apis \(limit)")
            let transport = try server.transport()
            for _ in 0..<2 {
                let exchange = try await transport.send(
                    HTTPRequest("/apis", method: .post),
                    body: [UInt8](repeating: 32, count: limit + 1),
                    options: RequestOptions()
                )
                #expect(exchange.head.status.code == 413)
                let status = try JSONValue(
                    parsing: String(decoding: try await exchange.body.collect(upTo: 1 << 20), as: UTF8.self)
                )
                #expect(status["message"] == "Request entity too large: limit is 3145728")
                #expect(status["reason"] == "RequestEntityTooLarge")
            }
            await transport.shutdown()
        }
    }

    @Test("a stream comes chunk by chunk, and ends when the cluster ends it")
    func stream() async throws {
        let source = StreamSource()
        try await RunningServer.run(handler: { _, _, _ in .stream(source) }) { server in
            let transport = try server.transport()
            let exchange = try await transport.send(
                HTTPRequest("/api/v1/pods?watch=1"),
                body: [],
                options: RequestOptions(timeout: nil)
            )
            source.send("one")
            #expect(try await exchange.body.next() == Array("one".utf8))
            source.send("two")
            #expect(try await exchange.body.next() == Array("two".utf8))
            source.finish()
            #expect(try await exchange.body.next() == nil)
            await source.untilCanceled()
            await transport.shutdown()
        }
    }

    @Test(
        "when the client goes, the cluster's body is let go at once, over HTTP/2 and over HTTP/1.1",
        arguments: [RequestOptions.Lane.bulk, .stream]
    )
    func disconnect(lane: RequestOptions.Lane) async throws {
        let source = StreamSource()
        let handler: ClusterRequestHandler = { head, _, _ in head.path == "/healthz" ? .text("ok") : .stream(source) }
        try await RunningServer.run(handler: handler) { server in
            let transport = try server.transport()
            var exchange: HTTPExchange? = try await transport.send(
                HTTPRequest("/api/v1/pods?watch=1"),
                body: [],
                options: RequestOptions(timeout: nil, lane: lane)
            )
            source.send("one")
            #expect(try await exchange?.body.next() == Array("one".utf8))
            exchange = nil
            // libcurl may hold the reset of a stream back until it uses the connection again.
            _ = try await transport.send(HTTPRequest("/healthz"), body: [], options: RequestOptions()).body.collect(upTo: 10)
            await source.untilCanceled()
            await transport.shutdown()
        }
    }

    @Test("90 watches and requests share a connection")
    func multiplexing() async throws {
        let sources = (0..<90).map { _ in StreamSource() }
        let handler: ClusterRequestHandler = { head, _, _ in
            guard let index = head.path?.split(separator: "=").last.flatMap({ Int($0) }) else { return .text("unary") }
            return .stream(sources[index])
        }
        try await RunningServer.run(handler: handler) { server in
            let transport = try server.transport()
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for (index, source) in sources.enumerated() {
                    let exchange = try await transport.send(
                        HTTPRequest("/api/v1/pods?watch=1&n=\(index)"),
                        body: [],
                        options: RequestOptions(timeout: nil)
                    )
                    tasks.addTask {
                        var text = ""
                        for try await chunk in exchange.body { text += String(decoding: chunk, as: UTF8.self) }
                        #expect(text == (0..<20).map { "\(index).\($0) " }.joined())
                    }
                    source.send("\(index).0 ")
                }
                for round in 1..<20 {
                    for (index, source) in sources.enumerated() { source.send("\(index).\(round) ") }
                    let exchange = try await transport.send(HTTPRequest("/api/v1/pods"), body: [], options: RequestOptions())
                    #expect(try await exchange.body.collect(upTo: 100) == Array("unary".utf8))
                }
                for source in sources { source.finish() }
                try await tasks.waitForAll()
            }
            await transport.shutdown()
        }
    }

    @Test("a reader that stops does not make the server read ahead without bound", arguments: [RequestOptions.Lane.stream])
    func backPressure(lane: RequestOptions.Lane) async throws {
        let source = StreamSource()
        // Far more than the buffers of two sockets, which the kernel may let grow to tens of megabytes.
        let chunks = 2400
        let chunk = [UInt8](repeating: 120, count: 64 << 10)
        for _ in 0..<chunks { source.send(chunk) }
        let handler: ClusterRequestHandler = { head, _, _ in head.path == "/healthz" ? .text("ok") : .stream(source) }
        try await RunningServer.run(handler: handler) { server in
            let transport = try server.transport()
            let exchange = try await transport.send(
                HTTPRequest("/api/v1/namespaces/a/pods/p/log?follow=true"),
                body: [],
                options: RequestOptions(timeout: nil, maximumBodyBytes: 128 << 10, lane: lane)
            )
            // Other requests are answered meanwhile; by then the stream has run into the bounds of the sockets.
            for _ in 0..<20 { _ = try await server.request("/healthz") }
            #expect(source.takenCount < chunks * 2 / 3)
            source.finish()
            var count = 0
            for try await chunk in exchange.body { count += chunk.count }
            #expect(count == chunks * chunk.count)
            await transport.shutdown()
        }
    }

    @Test("a graceful stop ends streams cleanly and does not wait for them", arguments: [RequestOptions.Lane.bulk, .stream])
    func gracefulStop(lane: RequestOptions.Lane) async throws {
        let source = StreamSource()
        try await RunningServer.run(handler: { _, _, _ in .stream(source) }) { server in
            let transport = try server.transport()
            let exchange = try await transport.send(
                HTTPRequest("/api/v1/pods?watch=1"),
                body: [],
                options: RequestOptions(timeout: nil, lane: lane)
            )
            source.send("one")
            #expect(try await exchange.body.next() == Array("one".utf8))
            await server.stop()
            #expect(try await exchange.body.next() == nil)
            await transport.shutdown()
        }
    }

    @Test("a stream that fails is cut, so that the client does not take it for whole")
    func failingStream() async throws {
        let handler: ClusterRequestHandler = { _, _, _ in
            let sent = Locked(false)
            let body = HTTPBody(
                next: { () throws(TransportError) -> [UInt8]? in
                    let first = sent.withLock { sent in
                        defer { sent = true }
                        return !sent
                    }
                    guard first else { throw TransportError(.other, "the log went away") }
                    return Array("half".utf8)
                },
                cancel: {}
            )
            return HTTPExchange(head: HTTPResponse(status: .ok), body: body)
        }
        try await RunningServer.run(handler: handler) { server in
            await #expect(throws: TransportError.self) { try await server.request("/api/v1/namespaces/a/pods/p/log") }
        }
    }

    @Test("a port in use is one clear error")
    func portInUse() async throws {
        try await RunningServer.run(handler: Self.echo) { server in
            let error = await #expect(throws: ServerError.self) {
                try await RunningServer.run(options: ServerOptions(port: server.port), handler: Self.echo) { _ in }
            }
            #expect(error?.code == .portInUse)
            #expect(error?.message.contains("port \(server.port) on 127.0.0.1 is in use") == true)
        }
    }
}
