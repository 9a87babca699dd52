// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import ControllerRuntime

/// What a ``ControllerServer`` has to show.
public enum ServedContent: Sendable {
    /// `/metrics`, in Prometheus' text format.
    case metrics(MetricsRegistry)
    /// `/healthz` and `/readyz`, and each check below them, such as `/readyz/ping`.
    case health(HealthRegistry)
}
