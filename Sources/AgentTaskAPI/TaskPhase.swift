// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Where a task is in its life. The raw values are what `status.phase` holds.
public enum TaskPhase: String, Sendable, CaseIterable {
    /// Not admitted yet: new, waiting, or between two attempts.
    case pending = "Pending"
    /// Network policy, code and pod exist; the container has not started.
    case scheduled = "Scheduled"
    /// The container runs.
    case running = "Running"
    /// The program ended with exit code 0.
    case succeeded = "Succeeded"
    /// The task ended in any other way than the remaining two.
    case failed = "Failed"
    /// The program ran longer than `spec.timeoutSeconds` and was stopped.
    case timeout = "Timeout"
    /// Somebody set `spec.canceled` before the end.
    case canceled = "Canceled"

    /// A terminal phase is final: no later status has another one.
    public var isTerminal: Bool {
        switch self {
        case .succeeded, .failed, .timeout, .canceled: true
        case .pending, .scheduled, .running: false
        }
    }
}
