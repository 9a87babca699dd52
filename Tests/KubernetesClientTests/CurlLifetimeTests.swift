// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Testing

@testable import KubernetesClient

@Suite("The end of exchanges and transports", .timeLimit(.minutes(1)))
struct CurlLifetimeTests {
    /// A server that says hello, goes on forever, and signals when the client has gone.
    private func endless(_ gone: Signal) -> @Sendable (TestConnection) -> Void {
        { connection in
            guard connection.readRequest() != nil else { return }
            connection.beginChunked()
            connection.chunk("hello")
            connection.waitForClose()
            gone.set()
        }
    }

    @Test("dropping the body closes the connection", arguments: [RequestOptions.Lane.bulk, .stream])
    func dropped(lane: RequestOptions.Lane) async throws {
        let gone = Signal()
        try await withServer(endless(gone)) { transport, _ in
            do {
                let answer = try await transport.get("/", RequestOptions(timeout: nil, lane: lane))
                #expect(try await answer.body.next() == Array("hello".utf8))
            }
            await gone.wait()
        }
    }

    @Test("cancelling the task that waits for the head ends the exchange", arguments: RequestOptions.Lane.allCases)
    func cancelledHead(lane: RequestOptions.Lane) async throws {
        let (begun, gone) = (Signal(), Signal())
        let handler: @Sendable (TestConnection) -> Void = { connection in
            guard connection.readRequest() != nil else { return }
            begun.set()
            connection.waitForClose()
            gone.set()
        }
        try await withServer(handler) { transport, _ in
            let task = Task { try await transport.get("/", RequestOptions(timeout: nil, lane: lane)) }
            await begun.wait()
            task.cancel()
            let error = await #expect(throws: TransportError.self) { try await task.value }
            #expect(error?.code == .canceled)
            await gone.wait()
        }
    }

    @Test("cancelling the task that waits for bytes ends the exchange", arguments: [RequestOptions.Lane.bulk, .stream])
    func cancelledBody(lane: RequestOptions.Lane) async throws {
        let (waiting, gone) = (Signal(), Signal())
        try await withServer(endless(gone)) { transport, _ in
            let task = Task {
                let answer = try await transport.get("/", RequestOptions(timeout: nil, lane: lane))
                _ = try await answer.body.next()
                waiting.set()
                _ = try await answer.body.next()
            }
            await waiting.wait()
            task.cancel()
            let error = await #expect(throws: TransportError.self) { try await task.value }
            #expect(error?.code == .canceled)
            await gone.wait()
        }
    }

    @Test("a task that is cancelled before it sends, sends nothing")
    func cancelledBefore() async throws {
        try await withServer({ _ in }) { transport, server in
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await transport.get("/")
            }
            let error = await #expect(throws: TransportError.self) { try await task.value }
            #expect(error?.code == .canceled)
            #expect(server.accepted == 0)
        }
    }

    @Test("shutdown ends what runs with closed, and takes nothing new", arguments: RequestOptions.Lane.allCases)
    func shutdown(lane: RequestOptions.Lane) async throws {
        let gone = Signal()
        try await withServer(endless(gone)) { transport, _ in
            let answer = try await transport.get("/", RequestOptions(timeout: nil, lane: lane))
            #expect(try await answer.body.next() == Array("hello".utf8))
            async let waiting = failure { () throws(TransportError) in try await answer.body.next() }
            await transport.shutdown()
            #expect(try await waiting.code == .closed)
            await gone.wait()
            let error = try await failure { () throws(TransportError) in try await transport.get("/", RequestOptions(lane: lane))
            }
            #expect(error.code == .closed)
            await transport.shutdown()
        }
    }

    @Test("shutdown frees a stream whose thread waits for its reader")
    func shutdownWhileBlocked() async throws {
        let broken = Signal()
        let piece = String(repeating: "x", count: 1 << 20)
        let handler: @Sendable (TestConnection) -> Void = { connection in
            _ = connection.readRequest()
            connection.beginChunked()
            while connection.chunk(piece) {}
            broken.set()
        }
        try await withServer(handler) { transport, _ in
            let options = RequestOptions(timeout: nil, maximumBodyBytes: 1_000, lane: .stream)
            let answer = try await transport.get("/", options)
            await transport.shutdown()
            await broken.wait()
            _ = answer
        }
    }

    @Test("a transport that was never used has nothing to shut down")
    func unused() async throws {
        let transport = CurlTransport(configuration: ClientConfiguration(server: try ServerURL("http://127.0.0.1:1")))
        await transport.shutdown()
    }

    @Test("a body keeps its transport alive, and its end lets it go")
    func ownership() async throws {
        let gone = Signal()
        let server = try TestServer(endless(gone))
        weak var transport: CurlTransport?
        do {
            var answer: HTTPExchange?
            do {
                let strong = CurlTransport(configuration: try server.configuration)
                transport = strong
                answer = try await strong.get("/", RequestOptions(timeout: nil))
            }
            #expect(try await answer?.body.next() == Array("hello".utf8))
            #expect(transport != nil)
            answer = nil
        }
        await gone.wait()
        #expect(transport == nil)
        server.stop()
    }
}
