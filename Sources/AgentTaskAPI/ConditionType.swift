// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// The conditions of a task, for `kubectl wait --for=condition=…`.
public enum ConditionType: String, Sendable, CaseIterable {
    /// The task is valid and its profile is known.
    case accepted = "Accepted"
    /// The task may run: its pod was created.
    case admitted = "Admitted"
    /// A NetworkPolicy that denies all traffic selects the pod.
    case networkIsolated = "NetworkIsolated"
    /// The container has started.
    case started = "Started"
    /// `status.result` holds what the program returned.
    case resultAvailable = "ResultAvailable"
    /// The task has ended, one way or another.
    case finished = "Finished"
    /// The task ended with exit code 0.
    case succeeded = "Succeeded"
}
