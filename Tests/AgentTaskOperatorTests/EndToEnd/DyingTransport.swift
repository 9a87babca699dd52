// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import HTTPTypes
import KubernetesClient

/// The network of a process that dies: after a chosen write the server has done what it was asked for, and nothing comes back any more.
final class DyingTransport: HTTPTransport {
    private struct State {
        var writes: [String] = []
        var podsMade = 0
        var isDead = false
    }

    private let base: any HTTPTransport
    private let isLast: @Sendable (_ write: String, _ number: Int) -> Bool
    private let state = Locked(State())
    /// Opened by the death.
    let death = Latch<Void>()

    /// - Parameter isLast: Whether this write, such as `POST /api/v1/namespaces/n/pods`, is the last one; the first has the number 1.
    init(_ base: any HTTPTransport, dyingAfter isLast: @escaping @Sendable (_ write: String, _ number: Int) -> Bool) {
        self.base = base
        self.isLast = isLast
    }

    /// The writes so far, Events apart.
    var writes: [String] { state.withLock { $0.writes } }

    /// How many pods the server has made for it.
    var podsMade: Int { state.withLock { $0.podsMade } }

    var isDead: Bool { state.withLock { $0.isDead } }

    func send(_ head: HTTPRequest, body: [UInt8], options: RequestOptions) async throws(TransportError) -> HTTPExchange {
        let path = head.path ?? ""
        let write = "\(head.method.rawValue) \(path.prefix { $0 != "?" })"
        let isWrite = head.method != .get && !path.contains("/events")
        let dies = state.withLock { state -> Bool? in
            if state.isDead { return nil }
            guard isWrite else { return false }
            state.writes.append(write)
            return isLast(write, state.writes.count)
        }
        guard let dies else { throw Self.dead }
        let exchange = try await base.send(head, body: body, options: options)
        let isPodMade = head.method == .post && write.hasSuffix("/pods") && exchange.head.status.code == 201
        state.withLock { state in
            if isPodMade { state.podsMade += 1 }
            if dies { state.isDead = true }
        }
        guard dies else { return exchange }
        death.open(())
        throw Self.dead
    }

    func shutdown() async {}

    private static let dead = TransportError(.closed, "the process is dead")
}
