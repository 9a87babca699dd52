// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// When a service runs. The groups are started in this order, informers between webhooks and others, and stopped in reverse.
public enum RunnableGroup: Sendable, Hashable {
    /// Metrics, probes: first, so that they answer while the rest starts.
    case servers
    /// Before the informers, because a list may need a conversion.
    case webhooks
    /// With synced caches, on every replica.
    case others
    /// With synced caches, while this process leads. It is run again, by the same `run()`, when the process is elected again.
    case leaderElection(ElectionGroup = .default)
}
