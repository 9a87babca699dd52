// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// The metrics of one elector, under client-go's names.
struct LeaderElectionMetrics: Sendable {
    let isLeading: MetricGauge
    let slowPath: MetricCounter

    init(lease: String, registry: MetricsRegistry) {
        isLeading = registry.gauge(
            "leader_election_master_status",
            help:
                "Gauge of if the reporting system is master of the relevant lease, 0 indicates backup, 1 indicates master. 'name' is the string used to identify the lease.",
            labels: ["name": lease]
        )
        isLeading.set(0)
        slowPath = registry.counter(
            "leader_election_slowpath_total",
            help:
                "Total number of slow path exercised in renewing leader leases. 'name' is the string used to identify the lease.",
            labels: ["name": lease]
        )
    }
}
