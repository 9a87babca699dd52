// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import KubernetesMeta

/// Reads how a task ended from its pod. Pure: the rows of this decision are a table test.
enum PodOutcome {
    /// The pod reason of a kubelet that enforced `activeDeadlineSeconds`.
    static let deadlineExceeded = "DeadlineExceeded"

    /// How the task ended, given a pod that has ended.
    ///
    /// - Parameters:
    ///   - stop: why the operator was stopping the pod, if it was. A container that ended by itself before the stop reached it (the pod
    ///     was not ended by its deadline) keeps its own outcome.
    ///   - isCanceled: whether the user wants the task canceled; it beats a timeout.
    static func of(_ pod: PodObservation, stop: StopCause?, isCanceled: Bool) -> TaskOutcome {
        if pod.reason == deadlineExceeded || (pod.isDeleting && stop != nil && !endedBySuccess(pod)) {
            return stopped(pod, stop: stop, isCanceled: isCanceled)
        }
        if let outcome = disrupted(pod) { return outcome }
        guard let termination = pod.termination else {
            if pod.phase == "Succeeded" { return TaskOutcome(phase: .succeeded, message: "The program ended with exit code 0.") }
            let detail = [pod.reason, pod.message].filter { !$0.isEmpty }.joined(separator: ": ")
            return .failed(.podFailed, detail.isEmpty ? "The pod failed and says no reason." : "The pod failed: \(detail)")
        }
        return ended(termination)
    }

    /// Why a pod that has not started is stuck, for the start-up deadline.
    static func startupCause(_ pod: PodObservation?, seconds: Int32) -> StopCause {
        let limit = "The container did not start within \(seconds) s"
        guard let pod else { return StopCause(reason: .startupTimeout, message: "\(limit): no pod was created.") }
        if case .waiting(let reason, let message) = pod.container {
            let detail = [reason, message].filter { !$0.isEmpty }.joined(separator: ": ")
            switch reason {
            case "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError",
                "RegistryUnavailable":
                return StopCause(reason: .imagePullFailed, message: "\(limit): \(detail)")
            case "CreateContainerConfigError", "CreateContainerError":
                if message.contains("configmap"), message.contains("not found") {
                    return StopCause(reason: .codeNotFound, message: "\(limit): \(detail)")
                }
                return StopCause(reason: .createContainerConfigError, message: "\(limit): \(detail)")
            default:
                return StopCause(reason: .startupTimeout, message: detail.isEmpty ? "\(limit)." : "\(limit): \(detail)")
            }
        }
        if let unschedulable = pod.unschedulable {
            return StopCause(reason: .startupTimeout, message: "\(limit): no node takes the pod: \(unschedulable)")
        }
        return StopCause(reason: .startupTimeout, message: "\(limit).")
    }

    private static func endedBySuccess(_ pod: PodObservation) -> Bool {
        pod.phase == "Succeeded" || pod.termination?.exitCode == 0
    }

    private static func stopped(_ pod: PodObservation, stop: StopCause?, isCanceled: Bool) -> TaskOutcome {
        let cause: StopCause
        if let stop, !(isCanceled && stop.reason == .timeout) {
            cause = stop
        } else if isCanceled {
            cause = StopCause(reason: .canceled, message: "The task was canceled.")
        } else if pod.startedAt != nil {
            cause = StopCause(reason: .timeout, message: "The program was stopped by the pod's own deadline.")
        } else {
            cause = StopCause(reason: .startupTimeout, message: "The pod's own deadline passed before the container started.")
        }
        return TaskOutcome(
            phase: cause.phase,
            reason: cause.reason,
            message: cause.message,
            exitCode: pod.termination?.exitCode,
            signal: pod.termination.flatMap(signal),
            startedAt: pod.startedAt,
            finishedAt: pod.termination?.finishedAt,
            terminationMessage: pod.termination?.message
        )
    }

    /// Whether the container was ended by the deletion of its pod, which the operator did not ask for. A program that had ended before
    /// keeps its outcome.
    static func wasEndedByDeletion(_ pod: PodObservation) -> Bool {
        guard pod.isDeleting, pod.hasEnded, !endedBySuccess(pod), pod.reason != deadlineExceeded, interruption(pod) == nil else {
            return false
        }
        guard let termination = pod.termination else { return true }
        if termination.reason == "OOMKilled" { return false }
        guard let finishedAt = termination.finishedAt, let requestedAt = pod.deletionRequestedAt else { return true }
        return finishedAt.seconds >= requestedAt.seconds
    }

    /// What the cluster did to the pod, when that is known.
    static func interruption(_ pod: PodObservation) -> StopCause? {
        let detail = pod.message.isEmpty ? "" : ": \(pod.message)"
        func cause(_ reason: FailureReason, _ text: String) -> StopCause { StopCause(reason: reason, message: text + detail) }
        switch pod.reason {
        case "Evicted":
            let isStorage = pod.message.contains("ephemeral") || pod.message.contains("EmptyDir")
            return isStorage
                ? cause(.storageLimitExceeded, "The program wrote more than its storage limit")
                : cause(.evicted, "The node evicted the pod")
        case "Preempting": return cause(.preempted, "A pod of higher priority took the place")
        case "NodeLost", "NodeShutdown", "Shutdown", "Terminated": return cause(.nodeLost, "The node that ran the pod was lost")
        case "UnexpectedAdmissionError", "NodeAffinity", "OutOfcpu", "OutOfmemory", "OutOfpods":
            return cause(.evicted, "The node refused the pod (\(pod.reason))")
        default: break
        }
        switch pod.disruption {
        case "PreemptionByScheduler": return cause(.preempted, "A pod of higher priority took the place")
        case "EvictionByEvictionAPI", "TerminationByKubelet": return cause(.evicted, "The node evicted the pod")
        case "DeletionByTaintManager", "DeletionByPodGC": return cause(.nodeLost, "The node that ran the pod was lost")
        default: return nil
        }
    }

    private static func disrupted(_ pod: PodObservation) -> TaskOutcome? {
        guard !endedBySuccess(pod), let cause = interruption(pod) else { return nil }
        var outcome = TaskOutcome.failed(cause.reason, cause.message)
        outcome.exitCode = pod.termination?.exitCode
        outcome.startedAt = pod.startedAt
        outcome.finishedAt = pod.termination?.finishedAt
        outcome.terminationMessage = pod.termination?.message
        return outcome
    }

    private static func ended(_ termination: PodObservation.Termination) -> TaskOutcome {
        var outcome = TaskOutcome(
            phase: .failed,
            reason: .podFailed,
            message: "",
            exitCode: termination.exitCode,
            signal: signal(termination),
            startedAt: termination.startedAt,
            finishedAt: termination.finishedAt,
            terminationMessage: termination.message
        )
        if termination.reason == "OOMKilled" {
            outcome.reason = .oomKilled
            outcome.message = "The program used more memory than its limit and was killed."
        } else if isStartError(termination) {
            outcome.reason = .startError
            outcome.message = termination.message.isEmpty ? "The command could not be started." : termination.message
            outcome.terminationMessage = nil
        } else if termination.exitCode == 0 {
            outcome.phase = .succeeded
            outcome.reason = nil
            outcome.message = "The program ended with exit code 0."
        } else if let signal = outcome.signal {
            outcome.message = "The program was ended by signal \(signal) (exit code \(termination.exitCode))."
        } else {
            outcome.message = "The program ended with exit code \(termination.exitCode)."
        }
        return outcome
    }

    /// A command that could not be started has exit code 128 and never started.
    private static func isStartError(_ termination: PodObservation.Termination) -> Bool {
        termination.reason == "StartError" || termination.reason == "ContainerCannotRun"
            || (termination.exitCode == 128 && termination.startedAt == nil)
    }

    /// The signal, from the runtime or from the shell's convention of 128 + n.
    private static func signal(_ termination: PodObservation.Termination) -> Int32? {
        if let signal = termination.signal, signal > 0 { return signal }
        return (129...192).contains(termination.exitCode) ? termination.exitCode - 128 : nil
    }
}
