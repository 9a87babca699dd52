// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import HTTPTypes
import KubernetesClient

/// Lets requests go wrong at random: the same seed, asked about the same requests, gives the same faults.
public final class Chaos: Sendable {
    /// A kind of trouble.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The network: nothing arrives, or too late, or twice.
        case refused, drop, delay, duplicate, loseAnswer
        /// The server: it answers with an error.
        case gone, tooManyRequests, serverError, gatewayTimeout
        /// The body of an answer, such as a watch.
        case truncate, closeEarly, garbage, repeatLines, expiredEvent, slowReader
    }

    private struct State {
        var random: RandomSource
        var isCalm = false
        var injected: [Kind: Int] = [:]
    }

    /// What decides.
    public let seed: UInt64
    /// How many of the requests go wrong, from 0 to 1.
    public let rate: Double
    private let kinds: [Kind]
    private let state: Locked<State>

    /// Chaos.
    ///
    /// - Parameters:
    ///   - rate: How many of the requests go wrong, from 0 to 1; what is outside counts as the nearer of both.
    ///   - kinds: What can happen to them.
    public init(seed: UInt64, rate: Double, kinds: Set<Kind> = Set(Kind.allCases)) {
        self.seed = seed
        self.rate = min(1, max(0, rate))
        self.kinds = Kind.allCases.filter(kinds.contains)
        state = Locked(State(random: .seeded(seed)))
    }

    /// Nothing goes wrong from now on.
    public func calm() { state.withLock { $0.isCalm = true } }

    /// Goes on after `calm`.
    public func resume() { state.withLock { $0.isCalm = false } }

    /// What has gone wrong, and how often.
    public var injected: [Kind: Int] { state.withLock { $0.injected } }

    func fault(for request: HTTPRequest) -> Fault? {
        state.withLock { state in
            guard !state.isCalm, !kinds.isEmpty, Double.random(in: 0..<1, using: &state.random) < rate else { return nil }
            let kind = kinds[Int.random(in: kinds.indices, using: &state.random)]
            state.injected[kind, default: 0] += 1
            return Self.fault(kind, &state.random)
        }
    }

    private static func fault(_ kind: Kind, _ random: inout RandomSource) -> Fault {
        switch kind {
        case .refused: .fail(.refused)
        case .drop: .drop
        case .delay: .delay(.milliseconds(Int.random(in: 1...20_000, using: &random)))
        case .duplicate: .duplicate
        case .loseAnswer: .loseAnswer(.closed)
        case .gone: .status(code: 410, reason: "Expired")
        case .tooManyRequests: .status(code: 429, reason: "TooManyRequests", retryAfter: Int.random(in: 1...5, using: &random))
        case .serverError: .status(code: 500, reason: "InternalError")
        case .gatewayTimeout: .status(code: 504, reason: "Timeout")
        case .truncate: .truncate(afterBytes: Int.random(in: 0..<3000, using: &random))
        case .closeEarly: .closeEarly(afterBytes: Int.random(in: 0..<3000, using: &random))
        case .garbage: .garbage(Array("<html>\n".utf8))
        case .repeatLines: .repeatLines
        case .expiredEvent: .errorEvent(code: 410, reason: "Expired", afterLines: Int.random(in: 0..<5, using: &random))
        case .slowReader:
            .slowReader(
                bytes: Int.random(in: 1...500, using: &random),
                every: .milliseconds(Int.random(in: 1...500, using: &random))
            )
        }
    }
}
