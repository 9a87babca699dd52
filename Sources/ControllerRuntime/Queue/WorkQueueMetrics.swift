// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// The metrics of one work queue, under client-go's names.
struct WorkQueueMetrics: Sendable {
    let adds: MetricCounter
    let retries: MetricCounter
    let queueDuration: MetricHistogram
    let workDuration: MetricHistogram
    private let depths: DepthGauges
    private let unfinished: MetricGauge
    private let longestRunning: MetricGauge

    init(name: String, registry: MetricsRegistry) {
        let labels: KeyValuePairs = ["name": name, "controller": name]
        adds = registry.counter("workqueue_adds_total", help: "Total number of adds handled by workqueue", labels: labels)
        retries = registry.counter(
            "workqueue_retries_total",
            help: "Total number of retries handled by workqueue",
            labels: labels
        )
        queueDuration = registry.histogram(
            "workqueue_queue_duration_seconds",
            help: "How long in seconds an item stays in workqueue before being requested",
            labels: labels,
            buckets: MetricBuckets.workQueue
        )
        workDuration = registry.histogram(
            "workqueue_work_duration_seconds",
            help: "How long in seconds processing an item from workqueue takes.",
            labels: labels,
            buckets: MetricBuckets.workQueue
        )
        depths = DepthGauges(name: name, registry: registry)
        unfinished = registry.gauge(
            "workqueue_unfinished_work_seconds",
            help: "How many seconds of work has been done that is in progress and hasn't been observed by work_duration.",
            labels: labels
        )
        longestRunning = registry.gauge(
            "workqueue_longest_running_processor_seconds",
            help: "How many seconds has the longest running processor for workqueue been running.",
            labels: labels
        )
    }

    /// Sets what is read rather than kept.
    func set(depths: [(priority: Int, count: Int)], unfinished: (total: Duration, longest: Duration)) {
        self.depths.set(depths)
        self.unfinished.set(unfinished.total.inSeconds)
        longestRunning.set(unfinished.longest.inSeconds)
    }
}
