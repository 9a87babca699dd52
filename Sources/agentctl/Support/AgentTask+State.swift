// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI

extension AgentTask {
    /// The phase, `Pending` before the operator has seen the task.
    var phase: TaskPhase { status?.phase.flatMap(TaskPhase.init(rawValue:)) ?? .pending }

    /// Whether the task is over.
    var hasEnded: Bool { phase.isTerminal }

    /// Whether the container has started, so that there is a log.
    var hasLogs: Bool { status?.executionStartTime != nil }
}
