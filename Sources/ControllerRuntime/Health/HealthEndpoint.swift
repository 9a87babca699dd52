// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Which question a health check answers.
public enum HealthEndpoint: String, Sendable, Hashable, CaseIterable {
    /// `/healthz`: false when only a restart helps.
    case live = "healthz"
    /// `/readyz`: false while the process cannot do its work.
    case ready = "readyz"
}
