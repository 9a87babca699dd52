// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerTesting
import HTTPTypes
import KubernetesClient
import Logging
import Testing

@testable import ControllerRuntime

@Suite("The client's own limit of requests", .timeLimit(.minutes(1)))
struct RateLimitedTransportTests {
    @Test("lets a burst through, then one each interval, and fills up again")
    func bucket() {
        var bucket = TokenBucket(rate: 10, burst: 3)
        var now = MonotonicInstant(nanoseconds: 0)
        func waits(_ count: Int) -> [Duration?] { (0..<count).map { _ in bucket.reserve(now: now, limit: .seconds(1)) } }
        #expect(waits(5) == [.zero, .zero, .zero, .milliseconds(100), .milliseconds(200)])
        now = now.advanced(by: .milliseconds(200))
        #expect(waits(1) == [.milliseconds(100)])
        now = now.advanced(by: .seconds(60))
        #expect(waits(4) == [.zero, .zero, .zero, .milliseconds(100)])
    }

    @Test("who would wait longer than the limit takes no place, and a place that is given back is there again")
    func places() {
        var bucket = TokenBucket(rate: 1, burst: 1)
        let now = MonotonicInstant(nanoseconds: 0)
        #expect(bucket.reserve(now: now, limit: nil) == .zero)
        #expect(bucket.reserve(now: now, limit: .milliseconds(500)) == nil)
        #expect(bucket.reserve(now: now, limit: .seconds(1)) == .seconds(1))
        bucket.giveBack()
        #expect(bucket.reserve(now: now, limit: .seconds(1)) == .seconds(1))
    }

    /// Answers everything.
    struct Answering: HTTPTransport {
        let timeouts = Calls<Duration?>()

        func send(_ head: HTTPRequest, body: [UInt8], options: RequestOptions) async throws(TransportError) -> HTTPExchange {
            timeouts.put(options.timeout)
            return HTTPExchange(head: HTTPResponse(status: .ok), body: HTTPBody([]))
        }

        func shutdown() async {}
    }

    @Test("the time that a request waited for its turn counts to its timeout")
    func timeout() async throws {
        let clock = ManualClock()
        let environment = RuntimeEnvironment(
            time: clock.timeSource,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        let base = Answering()
        let transport = RateLimitedTransport(base, rate: 1, burst: 1, host: "h", environment: environment)
        let head = HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/version")
        _ = try await transport.send(head, body: [], options: RequestOptions())
        async let second = transport.send(head, body: [], options: RequestOptions())
        await clock.waitForSleeper(until: clock.now.advanced(by: .seconds(1)))
        clock.advance(by: .seconds(1))
        _ = try await second
        #expect(base.timeouts.rest == [.seconds(30), .seconds(29)])
    }

    @Test("a request waits for its turn, a lease does not, and one that would wait past its timeout fails at once")
    func transport() async throws {
        let clock = ManualClock()
        let environment = RuntimeEnvironment(
            time: clock.timeSource,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        let transport = RateLimitedTransport(Answering(), rate: 1, burst: 1, host: "h", environment: environment)
        let head = HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/version")
        _ = try await transport.send(head, body: [], options: RequestOptions())
        async let second = transport.send(head, body: [], options: RequestOptions())
        await clock.waitForSleeper(until: clock.now.advanced(by: .seconds(1)))
        _ = try await transport.send(head, body: [], options: RequestOptions(lane: .lease))
        let error = await #expect(throws: TransportError.self) {
            try await transport.send(head, body: [], options: RequestOptions(timeout: .milliseconds(1500)))
        }
        #expect(error?.code == .timedOut)
        #expect(error?.message.contains("--kube-api-qps") == true)
        clock.advance(by: .seconds(1))
        _ = try await second
    }
}
