// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import ControllerRuntime

/// What a ``ControllerServer`` has to show.
public enum ServedContent: Sendable {
    /// `/metrics`, in Prometheus' text format. When the server has an ``AccessReview``, only for those whom it admits.
    case metrics(MetricsRegistry)
    /// `/healthz` and `/readyz`, and each check below them, such as `/readyz/ping`. For everybody, since the kubelet shows no token.
    case health(HealthRegistry)
    /// `/debug/queue` and `/debug/caches`, and each part below them. For clients on the same machine, as those of `kubectl port-forward`, and for those whom
    /// the server's ``AccessReview`` admits.
    case debug(DebugRegistry)
}
