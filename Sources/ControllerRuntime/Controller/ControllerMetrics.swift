// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// The metrics of one controller, under controller-runtime's names.
struct ControllerMetrics: Sendable {
    enum Outcome: String, CaseIterable { case success, error, requeue, requeueAfter = "requeue_after" }

    private let outcomes: [Outcome: MetricCounter]
    let errors: MetricCounter
    let terminalErrors: MetricCounter
    let conflicts: MetricCounter
    let timeouts: MetricCounter
    let seconds: MetricHistogram
    let activeWorkers: MetricGauge
    let strays: MetricGauge
    let heldBack: MetricCounter
    let heldBackTooLong: MetricCounter

    init(controller: String, workers: Int, registry: MetricsRegistry) {
        let labels: KeyValuePairs = ["controller": controller]
        outcomes = Dictionary(
            uniqueKeysWithValues: Outcome.allCases.map { outcome in
                let counter = registry.counter(
                    "controller_runtime_reconcile_total",
                    help: "Total number of reconciliations per controller",
                    labels: ["controller": controller, "result": outcome.rawValue]
                )
                return (outcome, counter)
            }
        )
        errors = registry.counter(
            "controller_runtime_reconcile_errors_total",
            help: "Total number of reconciliation errors per controller",
            labels: labels
        )
        terminalErrors = registry.counter(
            "controller_runtime_terminal_reconcile_errors_total",
            help: "Total number of terminal reconciliation errors per controller",
            labels: labels
        )
        timeouts = registry.counter(
            "controller_runtime_reconcile_timeouts_total",
            help: "Total number of reconciliation timeouts per controller",
            labels: labels
        )
        seconds = registry.histogram(
            "controller_runtime_reconcile_time_seconds",
            help: "Length of time per reconciliation per controller",
            labels: labels,
            buckets: MetricBuckets.reconcile
        )
        activeWorkers = registry.gauge(
            "controller_runtime_active_workers",
            help: "Number of currently used workers per controller",
            labels: labels
        )
        registry.gauge(
            "controller_runtime_max_concurrent_reconciles",
            help: "Maximum number of concurrent reconciles per controller",
            labels: labels
        ).set(Double(workers))
        conflicts = registry.counter(
            "controller_runtime_reconcile_conflicts_total",
            help: "Reconciliations that ended with a write conflict and were tried again, counted among the errors too",
            labels: labels
        )
        strays = registry.gauge(
            "controller_runtime_stray_reconciles",
            help: "Reconciliations that were canceled for taking too long and have not ended yet",
            labels: labels
        )
        heldBack = registry.counter(
            "controller_runtime_cache_waits_total",
            help: "Keys held back until the cache had seen their own write",
            labels: labels
        )
        heldBackTooLong = registry.counter(
            "controller_runtime_cache_wait_timeouts_total",
            help: "Keys given free although the cache had not seen their own write within the bound",
            labels: labels
        )
    }

    func count(_ outcome: Outcome) { outcomes[outcome]?.increment() }
}
