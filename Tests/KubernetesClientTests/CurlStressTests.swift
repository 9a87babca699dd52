// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Testing

@testable import KubernetesClient

@Suite("Many requests at once", .timeLimit(.minutes(1)))
struct CurlStressTests {
    /// Small and good enough to choose with.
    private struct Random: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    enum Outcome: Hashable { case answered, canceled, failed(String) }

    @Test(
        "a thousand requests, many of them cancelled or dropped at any moment, all end and leave nothing",
        arguments: [1, 2, 3] as [UInt64]
    )
    func thousand(seed: UInt64) async throws {
        let handler: @Sendable (TestConnection) -> Void = { connection in
            while let request = connection.readRequest() {
                if request.line.contains("/chunked") {
                    connection.beginChunked()
                    for _ in 0..<8 { connection.chunk(String(repeating: "c", count: 500)) }
                    connection.write("0\r\n\r\n")
                } else {
                    connection.answer(String(repeating: "b", count: 4_000))
                }
            }
        }
        try await withServer(handler, configure: { $0.maximumConnections = 32 }) { transport, _ in
            var random = Random(state: seed)
            var counts: [Outcome: Int] = [:]
            await withTaskGroup(of: Outcome.self) { group in
                for _ in 0..<1_000 {
                    let path = Bool.random(using: &random) ? "/chunked" : "/plain"
                    let lane: RequestOptions.Lane = [.bulk, .bulk, .status, .lease].randomElement(using: &random) ?? .bulk
                    let choice = Int.random(in: 0..<4, using: &random)
                    let delay = Int.random(in: 0..<50, using: &random)
                    group.addTask { await Self.run(transport, path, lane, choice: choice, yields: delay) }
                }
                for await outcome in group { counts[outcome, default: 0] += 1 }
            }
            #expect(counts.values.reduce(0, +) == 1_000)
            #expect(counts.keys.allSatisfy { $0 == .answered || $0 == .canceled }, "seed \(seed): \(counts)")
            #expect((counts[.answered] ?? 0) >= 400, "seed \(seed): \(counts)")
        }
    }

    @Test("streams that are cancelled at any moment end their threads")
    func streams() async throws {
        let handler: @Sendable (TestConnection) -> Void = { connection in
            guard connection.readRequest() != nil else { return }
            connection.beginChunked()
            while connection.chunk(String(repeating: "x", count: 10_000)) {}
        }
        try await withServer(handler) { transport, _ in
            for round in 0..<4 {
                await withTaskGroup(of: Void.self) { group in
                    for index in 0..<16 {
                        group.addTask {
                            let options = RequestOptions(timeout: nil, maximumBodyBytes: 5_000, lane: .stream)
                            guard let answer = try? await transport.get("/", options) else { return }
                            for _ in 0..<(index * round) { _ = try? await answer.body.next() }
                        }
                    }
                    if round == 3 { group.cancelAll() }
                }
            }
        }
    }

    /// - Parameter choice: 0 reads nothing, 1 cancels after some turns, others read everything.
    private static func run(
        _ transport: CurlTransport,
        _ path: String,
        _ lane: RequestOptions.Lane,
        choice: Int,
        yields: Int
    ) async -> Outcome {
        let task = Task<Outcome, Never> {
            do throws(TransportError) {
                let answer = try await transport.get(path, RequestOptions(timeout: .seconds(120), lane: lane))
                if choice == 0 { return .answered }
                let count = try await answer.body.collect(upTo: 10_000).count
                return count == 4_000 ? .answered : .failed("\(count) bytes")
            } catch {
                return error.code == .canceled ? .canceled : .failed(error.message)
            }
        }
        if choice == 1 {
            for _ in 0..<yields { await Task.yield() }
            task.cancel()
        }
        return await task.value
    }
}
