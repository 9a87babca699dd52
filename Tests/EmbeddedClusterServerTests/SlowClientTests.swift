// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPSServing
import HTTPTypes
import KubernetesClient
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import NIOPosix
import Testing

@testable import EmbeddedClusterServer

@Suite("Slow and greedy clients", .timeLimit(.minutes(1)))
struct SlowClientTests {
    /// A channel with the handler, a minute for requests and an hour for readers.
    func channel() throws -> EmbeddedChannel {
        let channel = EmbeddedChannel(
            handler: ExchangeDeadlineHandler(requestTimeout: .minutes(1), stalledReaderTimeout: .hours(1))
        )
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    static let head = HTTPRequestPart.head(HTTPRequest("/", method: .post))

    @Test("a request that does not end in its time closes the connection")
    func slowRequest() throws {
        let channel = try channel()
        try channel.writeInbound(Self.head)
        for _ in 0..<5 {
            channel.embeddedEventLoop.advanceTime(by: .seconds(10))
            try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(string: "x")))
        }
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(11))
        #expect(!channel.isActive)
    }

    @Test("an answer may take as long as it likes once the request has ended")
    func slowAnswer() throws {
        let channel = try channel()
        try channel.writeInbound(Self.head)
        try channel.writeInbound(HTTPRequestPart.end(nil))
        channel.embeddedEventLoop.advanceTime(by: .hours(10))
        #expect(channel.isActive)
    }

    @Test("a reader that has stopped for too long loses the connection, one that goes on does not")
    func stalledReader() throws {
        let channel = try channel()
        func setWritable(_ isWritable: Bool) {
            channel.isWritable = isWritable
            channel.pipeline.fireChannelWritabilityChanged()
        }
        setWritable(false)
        channel.embeddedEventLoop.advanceTime(by: .minutes(59))
        setWritable(true)
        channel.embeddedEventLoop.advanceTime(by: .minutes(59))
        setWritable(false)
        channel.embeddedEventLoop.advanceTime(by: .minutes(59))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .minutes(2))
        #expect(!channel.isActive)
    }

    /// Connects, says nothing, and returns when the server has closed the connection.
    static func connectAndWaitForHangUp(port: Int) async throws {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port).get()
        try await channel.closeFuture.get()
    }

    @Test("a client that connects and says nothing is hung up on")
    func silentClient() async throws {
        try await RunningServer.run(
            options: ServerOptions(handshakeTimeout: .milliseconds(100)),
            handler: EmbeddedClusterServerTests.echo
        ) { server in
            try await Self.connectAndWaitForHangUp(port: server.port)
        }
    }

    @Test("a handshake that was made in time is not cut by its deadline")
    func timelyClient() async throws {
        let sources: [RequestOptions.Lane: StreamSource] = [.bulk: StreamSource(), .stream: StreamSource()]
        let handler: ClusterRequestHandler = { head, _, _ in
            head.path == "/bulk" ? .stream(sources[.bulk] ?? StreamSource()) : .stream(sources[.stream] ?? StreamSource())
        }
        try await RunningServer.run(options: ServerOptions(handshakeTimeout: .milliseconds(300)), handler: handler) { server in
            for (lane, source) in sources {
                let transport = try server.transport()
                let path = lane == .bulk ? "/bulk" : "/stream"
                let options = RequestOptions(timeout: nil, lane: lane)
                let exchange = try await transport.send(HTTPRequest(path), body: [], options: options)
                source.send("one")
                #expect(try await exchange.body.next() == Array("one".utf8))
                // This one comes later, so when its deadline has passed, that of the first has too.
                try await Self.connectAndWaitForHangUp(port: server.port)
                source.send("two")
                #expect(try await exchange.body.next() == Array("two".utf8))
                await transport.shutdown()
            }
        }
    }

    @Test("a head beyond the limit is refused, and the server goes on", arguments: [RequestOptions.Lane.bulk, .stream])
    func greedyHead(lane: RequestOptions.Lane) async throws {
        try await RunningServer.run(handler: EmbeddedClusterServerTests.echo) { server in
            var fields = HTTPFields()
            fields[.userAgent] = String(repeating: "a", count: 200_000)
            let transport = try server.transport()
            do {
                let answer = try await transport.send(
                    HTTPRequest("/version", fields: fields),
                    body: [],
                    options: RequestOptions(lane: lane)
                )
                #expect(answer.head.status.code == 400 || answer.head.status.code == 431)
            } catch let error as TransportError {
                #expect(error.code != .timedOut)
            }
            await transport.shutdown()
            let next = try await server.request("/version")
            #expect(next.head.status == .ok)
        }
    }

    @Test(
        "a client that asks before it sends is told no without sending, or yes",
        arguments: [RequestOptions.Lane.bulk, .stream]
    )
    func expectation(lane: RequestOptions.Lane) async throws {
        try await RunningServer.run(handler: EmbeddedClusterServerTests.echo) { server in
            for (size, token, status) in [
                (4 << 20, RunningServer.token, 413), (1 << 20, "none", 401), (1 << 20, RunningServer.token, 200),
            ] {
                let transport = try server.transport(token: token)
                var fields = HTTPFields()
                fields[.expect] = "100-continue"
                let exchange = try await transport.send(
                    HTTPRequest("/apis", method: .post, fields: fields),
                    body: [UInt8](repeating: 32, count: size),
                    options: RequestOptions(lane: lane)
                )
                #expect(exchange.head.status.code == status)
                await transport.shutdown()
            }
        }
    }
}
