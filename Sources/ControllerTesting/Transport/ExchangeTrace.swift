// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import ControllerRuntime
import DequeModule
import HTTPTypes
public import KubernetesClient

/// Notes the exchanges of a transport in the order in which they ended. Bound: the newest 10,000; the digest counts all.
public final class ExchangeTrace: Sendable {
    private struct State {
        var lines: Deque<String> = []
        var count = 0
        var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    }

    private let time: TimeSource
    private let state = Locked(State())
    private static let maximumLines = 10_000

    /// An empty trace.
    public init(time: TimeSource = .system) { self.time = time }

    /// What was asked for and what came of it, for example `3.250000 GET /api/v1/pods 200`: seconds since the clock's origin when the head of
    /// the answer came.
    public var lines: [String] { state.withLock { Array($0.lines) } }

    /// How many exchanges there were.
    public var count: Int { state.withLock { $0.count } }

    /// A number that is the same for the same exchanges at the same times, and most likely another one otherwise (FNV-1a).
    public var digest: UInt64 { state.withLock { $0.digest } }

    /// A transport whose exchanges are noted here.
    public func transport(over base: any HTTPTransport) -> any HTTPTransport { Tracing(base: base, trace: self) }

    private func note(_ head: HTTPRequest, _ outcome: String) {
        let microseconds = time.now().nanoseconds / 1000
        let fraction = String(microseconds % 1_000_000 + 1_000_000).dropFirst()
        let line = "\(microseconds / 1_000_000).\(fraction) \(head.method.rawValue) \(head.path ?? "") \(outcome)"
        state.withLock { state in
            state.count += 1
            for byte in line.utf8 { state.digest = (state.digest ^ UInt64(byte)) &* 0x100_0000_01b3 }
            if state.lines.count == Self.maximumLines { state.lines.removeFirst() }
            state.lines.append(line)
        }
    }

    private struct Tracing: HTTPTransport {
        let base: any HTTPTransport
        let trace: ExchangeTrace

        func send(_ head: HTTPRequest, body: [UInt8], options: RequestOptions) async throws(TransportError) -> HTTPExchange {
            do throws(TransportError) {
                let exchange = try await base.send(head, body: body, options: options)
                trace.note(head, "\(exchange.head.status.code)")
                return exchange
            } catch {
                trace.note(head, "\(error.code)")
                throw error
            }
        }

        func shutdown() async { await base.shutdown() }
    }
}
