// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import EmbeddedCluster
import HTTPTypes
import KubernetesClient
import Logging
import Testing

@testable import EmbeddedClusterServer

/// Regression: a canceled server ended its process with "Deinited NIOAsyncWriter without calling finish()".
@Suite("A server whose task is canceled", .timeLimit(.minutes(1)))
struct CancellationTests {
    /// Runs a server in a task that `body` cancels by `stop()`; it has to end then.
    static func run(
        options: ServerOptions = ServerOptions(),
        handler: @escaping ClusterRequestHandler,
        _ body: @escaping @Sendable (RunningServer) async throws -> Void
    ) async throws {
        let temporary = try TemporaryDirectory()
        let certificate = try ServingCertificate(directory: temporary.privateDirectory())
        let (ports, started) = AsyncStream<Int>.makeStream()
        let server = try EmbeddedClusterServer(
            handler: handler,
            certificate: certificate,
            tokens: [(RunningServer.token, .admin)],
            options: options,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            onListening: { started.yield($0) }
        )
        let serving = Task { try await server.run() }
        var iterator = ports.makeAsyncIterator()
        let port = try #require(await iterator.next())
        try await body(RunningServer(port: port, certificate: certificate, stop: { serving.cancel() }))
        serving.cancel()
        try await serving.value
    }

    @Test("a watch and a log that are open end cleanly, and so does the server")
    func openStreams() async throws {
        let (watch, log) = (StreamSource(), StreamSource())
        try await Self.run(handler: { head, _, _ in .stream(head.path?.contains("log") == true ? log : watch) }) { server in
            let transport = try server.transport()
            let watching = try await transport.send(
                HTTPRequest("/api/v1/pods?watch=1"),
                body: [],
                options: RequestOptions(timeout: nil, lane: .bulk)
            )
            let following = try await transport.send(
                HTTPRequest("/api/v1/namespaces/a/pods/p/log?follow=true"),
                body: [],
                options: RequestOptions(timeout: nil, lane: .stream)
            )
            for (source, exchange) in [(watch, watching), (log, following)] {
                source.send("one")
                #expect(try await exchange.body.next() == Array("one".utf8))
            }
            await server.stop()
            #expect(try await watching.body.next() == nil)
            #expect(try await following.body.next() == nil)
            await watch.untilCanceled()
            await log.untilCanceled()
            await transport.shutdown()
        }
    }

    @Test("connections and streams that come while it stops are let go of", arguments: [RequestOptions.Lane.bulk, .stream])
    func busy(lane: RequestOptions.Lane) async throws {
        for _ in 0..<2 {
            let sources = Locked<[StreamSource]>([])
            let handler: ClusterRequestHandler = { _, _, _ in
                let source = StreamSource()
                sources.withLock { $0.append(source) }
                return .stream(source)
            }
            try await Self.run(options: ServerOptions(drainTimeout: .seconds(2)), handler: handler) { server in
                let (answers, answered) = AsyncStream<Void>.makeStream()
                await withTaskGroup(of: Void.self) { clients in
                    for _ in 0..<4 {
                        clients.addTask {
                            guard let transport = try? server.transport() else { return }
                            var kept: [HTTPExchange] = []
                            // Until the server refuses.
                            while let exchange = try? await transport.send(
                                HTTPRequest("/api/v1/pods?watch=1"),
                                body: [],
                                options: RequestOptions(timeout: nil, lane: lane)
                            ) {
                                kept.append(exchange)
                                answered.yield()
                            }
                            await transport.shutdown()
                        }
                    }
                    var count = 0
                    for await _ in answers {
                        count += 1
                        if count == 20 { break }
                    }
                    await server.stop()
                }
            }
        }
    }

    @Test("a reader that has stopped reading loses its connection when the drain timeout is over")
    func stoppedReader() async throws {
        let source = StreamSource()
        let chunk = [UInt8](repeating: 120, count: 64 << 10)
        for _ in 0..<2400 { source.send(chunk) }
        try await Self.run(options: ServerOptions(drainTimeout: .milliseconds(200)), handler: { _, _, _ in .stream(source) }) {
            server in
            let transport = try server.transport()
            let exchange = try await transport.send(
                HTTPRequest("/api/v1/namespaces/a/pods/p/log?follow=true"),
                body: [],
                options: RequestOptions(timeout: nil, maximumBodyBytes: 128 << 10, lane: .stream)
            )
            #expect(try await exchange.body.next() != nil)
            await server.stop()
            // Nobody reads until the server has let go of its body.
            await source.untilCanceled()
            await transport.shutdown()
        }
    }
}
