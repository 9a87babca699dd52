// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import HTTPTypes
import KubernetesClient
import Testing

@Suite("Scripted faults", .timeLimit(.minutes(1)))
struct FaultTransportTests {
    private let server = FixedTransport("one\ntw", "o\nthree\n")
    private let script = FaultScript()
    private let clock = ManualClock()
    private let request = HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/api")

    private func send(_ fault: Fault, options: RequestOptions = RequestOptions()) async throws(TransportError) -> HTTPExchange {
        script.add(fault)
        return try await FaultTransport(server, script: script, time: clock.timeSource).send(request, body: [], options: options)
    }

    private func text(_ exchange: HTTPExchange) async throws -> String {
        String(decoding: try await exchange.body.collect(upTo: 1000), as: UTF8.self)
    }

    @Test("without a fault the exchange is the server's")
    func nothing() async throws {
        let exchange = try await FaultTransport(server, script: script).send(request, body: [], options: RequestOptions())
        #expect(try await text(exchange) == "one\ntwo\nthree\n")
    }

    @Test("a failed request does not reach the server, a lost answer does")
    func reach() async throws {
        await #expect(throws: TransportError.self) { _ = try await send(.fail(.refused)) }
        #expect(server.count == 0)
        await #expect(throws: TransportError.self) { _ = try await send(.loseAnswer(.closed)) }
        #expect(server.count == 1)
    }

    @Test("a duplicate reaches the server twice and is answered once")
    func duplicate() async throws {
        #expect(try await text(send(.duplicate)) == "one\ntwo\nthree\n")
        #expect(server.count == 2)
    }

    @Test("a dropped request ends when its own limit has passed, or with its task")
    func drop() async throws {
        async let timedOut = code(of: .drop, RequestOptions(timeout: .seconds(30)))
        await clock.waitForSleeper(until: clock.now.advanced(by: .seconds(30)))
        clock.advance(by: .seconds(30))
        #expect(await timedOut == .timedOut)
        let endless = Task { await code(of: .drop, RequestOptions(timeout: nil)) }
        endless.cancel()
        #expect(await endless.value == .canceled)
        #expect(server.count == 0)
    }

    private func code(of fault: Fault, _ options: RequestOptions) async -> TransportError.Code? {
        do throws(TransportError) {
            _ = try await send(fault, options: options)
            return nil
        } catch { return error.code }
    }

    @Test("a delayed request reaches the server after its delay")
    func delay() async throws {
        async let exchange = send(.delay(.seconds(5)))
        await clock.waitForSleeper(until: clock.now.advanced(by: .seconds(5)))
        #expect(server.count == 0)
        clock.advance(by: .seconds(5))
        #expect(try await text(exchange) == "one\ntwo\nthree\n")
    }

    @Test(
        "the server's errors come as a Status",
        arguments: [(410, "Expired"), (429, "TooManyRequests"), (500, "InternalError")]
    )
    func status(code: Int, reason: String) async throws {
        let exchange = try await send(.status(code: code, reason: reason, retryAfter: 3))
        #expect(exchange.head.status.code == code)
        #expect(exchange.head.headerFields[.retryAfter] == "3")
        #expect(try await text(exchange).contains(#""reason":"\#(reason)""#))
        #expect(server.count == 0)
    }

    @Test("a truncated body breaks, one that is closed early ends in good order")
    func ends() async throws {
        let truncated = try await send(.truncate(afterBytes: 5))
        #expect(try await truncated.body.next() == Array("one\nt".utf8))
        await #expect(throws: TransportError.self) { _ = try await truncated.body.next() }
        #expect(try await text(send(.closeEarly(afterBytes: 5))) == "one\nt")
    }

    @Test("garbage comes first, repeated lines come twice, an ERROR event comes last")
    func bodies() async throws {
        #expect(try await text(send(.garbage(Array("<html>".utf8)))) == "<html>one\ntwo\nthree\n")
        #expect(try await text(send(.repeatLines)) == "one\none\ntwo\ntwo\nthree\nthree\n")
        let events = try await text(send(.errorEvent(code: 410, reason: "Expired", afterLines: 2)))
        #expect(events.hasPrefix("one\ntwo\n{\"type\":\"ERROR\""))
        #expect(events.hasSuffix("}\n"))
        #expect(!events.contains("three"))
    }

    @Test("a slow reader gets few bytes at once, each after its interval")
    func slow() async throws {
        let exchange = try await send(.slowReader(bytes: 3, every: .seconds(1)))
        var pieces: [String] = []
        for _ in 0..<5 {
            async let piece = exchange.body.next()
            await clock.advanceToNextDeadline()
            pieces.append(String(decoding: try await piece ?? [], as: UTF8.self))
        }
        #expect(pieces == ["one", "\ntw", "o\nt", "hre", "e\n"])
        #expect(try await exchange.body.next() == nil)
        #expect(clock.now == MonotonicInstant(nanoseconds: 5_000_000_000))
    }
}
