// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

extension AnyInformer {
    /// What the check of this informer is called.
    var healthName: String { "informer-" + name.split(separator: "/").joined(separator: "-") }

    /// What `/readyz` says of this informer: healthy once it has synced, with a note when it has grown old since.
    package var health: HealthStatus {
        switch status {
        case .synced: .healthy()
        case .interrupted(let reason): .healthy(note: "interrupted: \(reason)")
        case .stopped: .unhealthy("not running")
        case .listing(let received): .unhealthy("listing, \(received) objects so far")
        case .forbidden(let message): .unhealthy("forbidden: \(message)")
        case .missingKind(let message): .unhealthy("the server does not know the kind: \(message)")
        case .failing(let message): .unhealthy(message)
        }
    }
}
