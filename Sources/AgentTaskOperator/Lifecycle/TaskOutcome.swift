// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import KubernetesMeta

/// How a task ended: what its status says from then on.
struct TaskOutcome: Sendable, Hashable {
    var phase: TaskPhase
    /// Nil for success.
    var reason: FailureReason?
    var message: String
    var exitCode: Int32?
    var signal: Int32?
    var startedAt: Time?
    var finishedAt: Time?
    /// The termination message, nil when no container ran.
    var terminationMessage: String?

    /// An end without a container's own end.
    static func failed(_ reason: FailureReason, _ message: String) -> TaskOutcome {
        TaskOutcome(phase: .failed, reason: reason, message: message)
    }
}
