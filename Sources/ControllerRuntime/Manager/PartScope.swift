// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// What begins together and ends together.
enum PartScope: Sendable, Hashable {
    case servers, webhooks
    /// Caches, and informers that belong to none.
    case informers
    /// With synced caches, on every replica.
    case others
    /// What leads together; nil for all groups that have no elector.
    case led(ElectionGroup?)

    init(_ group: RunnableGroup) {
        switch group {
        case .servers: self = .servers
        case .webhooks: self = .webhooks
        case .others: self = .others
        case .leaderElection(let group): self = .led(group)
        }
    }
}
