// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import KubernetesClient

/// The ports on which the cluster's servers listen, known when they do.
final class ListeningPorts: Sendable {
    private struct State {
        var api: Int?
        var health: Int?
    }

    private let expectsHealth: Bool
    private let state = Locked(State())
    private let complete = Latch<Void>()

    init(expectsHealth: Bool) { self.expectsHealth = expectsHealth }

    func set(api: Int) { update { $0.api = api } }
    func set(health: Int) { update { $0.health = health } }

    /// Waits until all servers listen.
    func known() async throws -> (api: Int, health: Int?) {
        guard await complete.wait() != nil else { throw CancellationError() }
        return state.withLock { ($0.api ?? 0, $0.health) }
    }

    private func update(_ change: (inout State) -> Void) {
        let isComplete = state.withLock { state in
            change(&state)
            return state.api != nil && (state.health != nil || !expectsHealth)
        }
        if isComplete { complete.open(()) }
    }
}
