// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

@testable import KubernetesClient

/// A permit to send that the test takes back, and that notes how often it was asked for.
final class Revocable: Sendable {
    private let state = Locked((isRevoked: false, refusals: 0, asked: 0))

    var permit: SendPermit {
        SendPermit { [state] in
            state.withLock { state in
                state.asked += 1
                guard state.isRevoked else { return nil }
                state.refusals += 1
                return TransportError(.canceled, "revoked")
            }
        }
    }

    var asked: Int { state.withLock { $0.asked } }
    var refusals: Int { state.withLock { $0.refusals } }

    func revoke() { state.withLock { $0.isRevoked = true } }
}
