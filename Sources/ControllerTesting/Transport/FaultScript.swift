// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import DequeModule
public import HTTPTypes
import KubernetesClient

/// Which exchanges go wrong, and how. May be changed while it is in use.
public final class FaultScript: Sendable {
    private struct Rule {
        let matches: @Sendable (HTTPRequest) -> Bool
        let fault: Fault
        var skips: Int
        var times: Int
    }

    private struct State {
        var rules: [Rule] = []
        /// Bound: the newest `maximumRequests`.
        var requests: Deque<HTTPRequest> = []
    }

    private static let maximumRequests = 10_000

    private let state = Locked(State())

    /// A script in which nothing goes wrong.
    public init() {}

    /// Lets a request that `matches` go wrong. The first rule that matches counts.
    ///
    /// - Parameters:
    ///   - skips: How many matching requests go well first.
    ///   - times: How many go wrong then.
    public func add(
        _ fault: Fault,
        skips: Int = 0,
        times: Int = 1,
        where matches: @escaping @Sendable (HTTPRequest) -> Bool = { _ in true }
    ) {
        state.withLock { $0.rules.append(Rule(matches: matches, fault: fault, skips: skips, times: times)) }
    }

    /// Takes all rules away.
    public func clear() { state.withLock { $0.rules = [] } }

    /// The requests so far, those that went wrong included; of more than 10,000 the newest.
    public var requests: [HTTPRequest] { state.withLock { Array($0.requests) } }

    func fault(for request: HTTPRequest) -> Fault? {
        state.withLock { state in
            if state.requests.count == Self.maximumRequests { state.requests.removeFirst() }
            state.requests.append(request)
            for index in state.rules.indices where state.rules[index].times > 0 && state.rules[index].matches(request) {
                if state.rules[index].skips > 0 {
                    state.rules[index].skips -= 1
                    continue
                }
                state.rules[index].times -= 1
                return state.rules[index].fault
            }
            return nil
        }
    }
}
