// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import HTTPTypes

/// controller-runtime's metrics of one webhook.
struct WebhookMetrics: Sendable {
    private let registry: MetricsRegistry
    private let path: String
    private let inFlight: MetricGauge
    private let latency: MetricHistogram

    init(registry: MetricsRegistry, path: String) {
        self.registry = registry
        self.path = path
        inFlight = registry.gauge(
            "controller_runtime_webhook_requests_in_flight",
            help: "Current number of admission requests being served.",
            labels: ["webhook": path]
        )
        latency = registry.histogram(
            "controller_runtime_webhook_latency_seconds",
            help: "Histogram of the latency of processing admission requests",
            labels: ["webhook": path]
        )
        for status in [HTTPResponse.Status.ok, .internalServerError] { _ = requests(status) }
    }

    func begin() { inFlight.add(1) }

    func end(_ status: HTTPResponse.Status, after duration: Duration) {
        inFlight.add(-1)
        latency.observe(duration)
        requests(status).increment(by: UInt64(1))
    }

    private func requests(_ status: HTTPResponse.Status) -> MetricCounter {
        registry.counter(
            "controller_runtime_webhook_requests_total",
            help: "Total number of admission requests by HTTP status code.",
            labels: ["webhook": path, "code": String(status.code)]
        )
    }
}
