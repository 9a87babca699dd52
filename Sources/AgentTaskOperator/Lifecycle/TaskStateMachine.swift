// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import ControllerRuntime
import KubernetesMeta

/// Decides what happens next to a task. Everything it knows comes in as values, so that each transition is a row of a table test.
///
/// Deadlines are computed from what the API server holds (status, the pod's own times), so a restarted operator finds the same ones.
struct TaskStateMachine: Sendable {
    /// Seconds between SIGTERM and SIGKILL of a task's pod.
    static let gracePeriodSeconds: Int64 = 5
    /// How long after the grace a pod that was told to stop may take before it is deleted.
    static let stopPatience: Duration = .seconds(15)
    static let defaultTimeoutSeconds: Int32 = 300
    static let defaultStartupTimeoutSeconds: Int32 = 300

    /// How long a finished pod is kept for `kubectl logs`.
    var podRetention: Duration = .seconds(300)

    // MARK: Deciding

    /// - Parameters:
    ///   - task: the task as the cache has it.
    ///   - pod: the pod of the present attempt.
    ///   - problem: why the task cannot be accepted, if it cannot; only asked before admission.
    func decide(_ task: AgentTask, pod: PodPresence, problem: TaskOutcome?, now: WallTime) -> TaskDecision {
        let status = task.status ?? AgentTaskStatus()
        if let phase = status.phase.flatMap(TaskPhase.init(rawValue:)), phase.isTerminal {
            return afterEnd(task, status, pod: pod, now: now)
        }
        guard status.admittedTime != nil else { return beforeAdmission(task, status, pod: pod, problem: problem, now: now) }
        let stop = StopCause(recordedIn: status)
        switch pod {
        case .notCached: return TaskDecision(actions: [.confirmPod])
        case .absent: return finish(task, missing(task, stop: stop), now: now)
        case .present(let pod):
            if let uid = status.podRef?.uid, uid != pod.uid { return finish(task, missing(task, stop: stop), now: now) }
            return active(task, status, pod: pod, stop: stop, now: now)
        }
    }

    private func beforeAdmission(
        _ task: AgentTask,
        _ status: AgentTaskStatus,
        pod: PodPresence,
        problem: TaskOutcome?,
        now: WallTime
    ) -> TaskDecision {
        if task.spec.canceled == true {
            // A pod may have been made by an operator that ended before it could say so.
            switch pod {
            case .notCached: return TaskDecision(actions: [.confirmPod])
            case .absent:
                return finish(
                    task,
                    TaskOutcome(phase: .canceled, reason: .canceled, message: "Canceled before it ran."),
                    now: now
                )
            case .present: return TaskDecision(actions: [.admit])
            }
        }
        if let problem { return finish(task, problem, now: now) }
        if task.spec.suspend == true {
            var waiting = status
            waiting.phase = TaskPhase.pending.rawValue
            accept(&waiting, task, now: now)
            waiting.set(
                .admitted,
                false,
                reason: "Suspended",
                message: "spec.suspend is true.",
                now: now.time,
                generation: task.metadata.generation
            )
            return TaskDecision(status: changed(waiting, from: task))
        }
        return TaskDecision(actions: [.admit])
    }

    private func active(
        _ task: AgentTask,
        _ status: AgentTaskStatus,
        pod: PodObservation,
        stop: StopCause?,
        now: WallTime
    ) -> TaskDecision {
        if pod.hasEnded {
            return finish(task, PodOutcome.of(pod, stop: stop, isCanceled: task.spec.canceled == true), now: now)
        }
        var next = status
        next.observedGeneration = task.metadata.generation
        if let startedAt = pod.startedAt {
            next.phase = TaskPhase.running.rawValue
            next.executionStartTime = startedAt
            next.set(
                .started,
                true,
                reason: "ContainerStarted",
                message: "The container runs.",
                now: now.time,
                generation: task.metadata.generation
            )
        }
        if let stop { return stopping(task, next, pod: pod, stop: stop, now: now) }

        let due = deadline(task, status, pod: pod)
        let cause: StopCause
        if task.spec.canceled == true {
            cause = StopCause(reason: .canceled, message: "The task was canceled.")
        } else if let due, now >= due {
            cause =
                pod.startedAt == nil
                ? PodOutcome.startupCause(pod, seconds: startupTimeout(task))
                : StopCause(reason: .timeout, message: "The program ran longer than \(timeout(task)) s and was stopped.")
        } else {
            return TaskDecision(status: changed(next, from: task), nextDeadline: due)
        }
        next.reason = cause.reason.rawValue
        next.message = cause.message
        next.set(
            .finished,
            false,
            reason: StopCause.conditionReason,
            message: cause.message,
            now: now.time,
            generation: task.metadata.generation
        )
        return stopping(task, next, pod: pod, stop: cause, now: now)
    }

    private func stopping(
        _ task: AgentTask,
        _ status: AgentTaskStatus,
        pod: PodObservation,
        stop: StopCause,
        now: WallTime
    ) -> TaskDecision {
        var decision = TaskDecision(status: changed(status, from: task))
        let since = status.condition(.finished)?.lastTransitionTime ?? now.time
        let giveUp = WallTime(seconds: since.seconds + 1 + Self.gracePeriodSeconds).advanced(by: Self.stopPatience)
        if pod.isDeleting { return decision }
        if !pod.isBound || now >= giveUp {
            decision.actions = [.deletePod(pod)]
        } else {
            if pod.activeDeadlineSeconds.map({ $0 > 1 }) ?? true { decision.actions = [.stopPod(pod)] }
            decision.nextDeadline = giveUp
        }
        return decision
    }

    /// When the present phase of an active task is over.
    private func deadline(_ task: AgentTask, _ status: AgentTaskStatus, pod: PodObservation) -> WallTime? {
        // Both times are cut to the second, so one second more makes sure that nothing is stopped early.
        if let startedAt = pod.startedAt { return WallTime(seconds: startedAt.seconds + 1 + Int64(timeout(task))) }
        return status.admittedTime.map { WallTime(seconds: $0.seconds + 1 + Int64(startupTimeout(task))) }
    }

    private func missing(_ task: AgentTask, stop: StopCause?) -> TaskOutcome {
        if let stop {
            let isCanceled = task.spec.canceled == true && stop.reason == .timeout
            return TaskOutcome(
                phase: isCanceled ? .canceled : stop.phase,
                reason: isCanceled ? .canceled : stop.reason,
                message: stop.message
            )
        }
        if task.spec.canceled == true {
            return TaskOutcome(phase: .canceled, reason: .canceled, message: "The task was canceled and its pod is gone.")
        }
        return .failed(.podMissing, "The pod was removed before it ended.")
    }

    private func timeout(_ task: AgentTask) -> Int32 { task.spec.timeoutSeconds ?? Self.defaultTimeoutSeconds }
    private func startupTimeout(_ task: AgentTask) -> Int32 {
        task.spec.startupTimeoutSeconds ?? Self.defaultStartupTimeoutSeconds
    }

    // MARK: After the end

    private func afterEnd(_ task: AgentTask, _ status: AgentTaskStatus, pod: PodPresence, now: WallTime) -> TaskDecision {
        var decision = TaskDecision()
        if status.observedGeneration != task.metadata.generation {
            // Without this write `kubectl wait` waits for ever after a change of spec.
            var acknowledged = status
            acknowledged.observedGeneration = task.metadata.generation
            acknowledged.conditions = status.conditions?.map { condition in
                var condition = condition
                condition.observedGeneration = task.metadata.generation
                return condition
            }
            decision.status = acknowledged
        }
        guard let completed = status.completionTime else { return decision }
        var deadlines: [WallTime] = []
        if let ttl = task.spec.ttlSecondsAfterFinished {
            let due = WallTime(seconds: completed.seconds + 1 + Int64(ttl))
            if now >= due {
                decision.actions.append(.deleteTask)
                return decision
            }
            deadlines.append(due)
        }
        if case .present(let pod) = pod, !pod.isDeleting, status.podRef?.uid == pod.uid {
            let due = WallTime(seconds: completed.seconds + 1).advanced(by: podRetention)
            if now >= due { decision.actions.append(.deletePod(pod)) } else { deadlines.append(due) }
        }
        decision.nextDeadline = deadlines.min()
        return decision
    }

    /// The status when it says something new.
    func changed(_ status: AgentTaskStatus, from task: AgentTask) -> AgentTaskStatus? { status == task.status ? nil : status }
}

extension WallTime {
    /// The time of an API object: whole seconds.
    var time: Time { Time(seconds: seconds) }
}
