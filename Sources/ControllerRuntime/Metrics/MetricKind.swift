// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// The type of a metric family, as Prometheus names it.
public enum MetricKind: String, Sendable, Hashable {
    /// Only grows.
    case counter
    /// Goes up and down.
    case gauge
    /// Counts observations by size.
    case histogram
}
