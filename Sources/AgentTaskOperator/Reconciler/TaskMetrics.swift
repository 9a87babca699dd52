// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import ControllerRuntime
import KubernetesMeta

/// The metrics of tasks. No label holds what a tenant wrote, so the number of series is bounded.
struct TaskMetrics: Sendable {
    /// Seconds, up to the longest timeout.
    private static let buckets: [Double] = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 10_800, 86_400]

    let registry: MetricsRegistry

    /// A task has ended, and its status says so on the server.
    func ended(_ outcome: TaskOutcome, status: AgentTaskStatus) {
        let phase = outcome.phase.rawValue
        registry.counter(
            "agenttask_total_tasks",
            help: "Tasks that ended, by phase and reason.",
            labels: ["phase": phase, "reason": outcome.reason?.rawValue ?? ""]
        ).increment()
        guard let completed = status.completionTime, let began = status.executionStartTime ?? status.startTime else { return }
        registry.histogram(
            "agenttask_duration_seconds",
            help: "Seconds from a program's start to the task's end, by phase.",
            labels: ["phase": phase],
            buckets: Self.buckets
        ).observe(Double(max(0, completed.seconds - began.seconds)))
    }
}
