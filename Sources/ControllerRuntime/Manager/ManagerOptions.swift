// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// How a manager starts and stops.
public struct ManagerOptions: Sendable {
    /// How long reconciles may take to end after a stop was asked for; then they are canceled.
    public var drainBudget: Duration
    /// How long, before that, the process goes on serving as not ready, so that load balancers take it out.
    public var shutdownDelay: Duration

    /// Options with the defaults: 20 s to drain, no delay.
    public init(drainBudget: Duration = .seconds(20), shutdownDelay: Duration = .zero) {
        self.drainBudget = drainBudget
        self.shutdownDelay = shutdownDelay
    }
}
