// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// The answer of one health check.
public enum HealthStatus: Sendable, Hashable {
    /// All is well; the note, when there is one, is shown.
    case healthy(note: String = "")
    /// Something is wrong, and this is what.
    case unhealthy(String)

    /// Whether all is well.
    public var isHealthy: Bool { if case .healthy = self { true } else { false } }
}
