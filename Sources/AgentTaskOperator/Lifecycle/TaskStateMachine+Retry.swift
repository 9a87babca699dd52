// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import ControllerRuntime
import KubernetesMeta

/// Attempts after the first. Between two of them the task is pending, and its status tells how the last one ended.
extension TaskStateMachine {
    /// The reason of `Admitted=False` and `Finished=False` between two attempts.
    static let retrying = "Retrying"

    /// The decision about an attempt that has ended: another one, or the task's end.
    func conclude(_ task: AgentTask, _ outcome: TaskOutcome, now: WallTime) -> TaskDecision {
        let end = finish(task, outcome, now: now)
        guard let reason = outcome.reason, outcome.phase == .failed, mayTryAgain(task, after: reason), var status = end.status
        else { return end }
        let made = task.status?.attempts ?? 1
        let message =
            "Attempt \(made) of \((task.spec.backoffLimit ?? 0) + 1) ended with \(reason.rawValue); the next begins in \(Self.backoff(after: made)) s."
        status.phase = TaskPhase.pending.rawValue
        status.admittedTime = nil
        status.completionTime = nil
        status.conditions?.removeAll { $0.type == ConditionType.succeeded.rawValue }
        for type in [ConditionType.admitted, .finished] {
            status.set(type, false, reason: Self.retrying, message: message, now: now.time, generation: task.metadata.generation)
        }
        var decision = TaskDecision(status: status)
        var next = task
        next.status = status
        decision.nextDeadline = nextAttempt(next)
        return decision
    }

    /// When the next attempt of a task begins whose last one has ended; nil before the first.
    func nextAttempt(_ task: AgentTask) -> WallTime? {
        guard let status = task.status, status.admittedTime == nil, let made = status.attempts, made > 0 else { return nil }
        // The transition of Admitted is the end of the last attempt. It is cut to the second, so one more makes sure that it is not early.
        let ended = status.condition(.admitted)?.lastTransitionTime?.seconds ?? 0
        return WallTime(seconds: ended + 1 + Self.backoff(after: made))
    }

    /// Seconds between the end of an attempt and the next one: 10, 20, 40 and so on up to six minutes.
    static func backoff(after attempts: Int32) -> Int64 { attempts >= 7 ? 360 : min(360, 10 << Int64(max(0, attempts - 1))) }

    func mayTryAgain(_ task: AgentTask, after reason: FailureReason) -> Bool {
        guard task.spec.canceled != true, (task.status?.attempts ?? 1) <= task.spec.backoffLimit ?? 0 else { return false }
        return switch reason {
        case .evicted, .preempted, .nodeLost, .podMissing, .startupTimeout, .imagePullFailed: task.spec.retryPolicy != "Never"
        case .podFailed, .oomKilled, .startError: task.spec.retryPolicy == "OnFailure"
        case .timeout, .canceled, .createContainerConfigError, .profileResolutionFailed, .profileForbidden,
            .backendSelectionFailed, .validationFailed, .podCreationFailed, .codeNotFound, .nameConflict, .storageLimitExceeded:
            false
        }
    }
}
