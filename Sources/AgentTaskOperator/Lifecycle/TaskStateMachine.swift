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
    static let defaultStartupTimeoutSeconds: Int32 = 300
    /// The reason of `Admitted=False` of a task that is held back by its spec.
    static let suspended = "Suspended"

    /// How long a finished pod is kept for `kubectl logs`.
    var podRetention: Duration = .seconds(300)

    /// The seconds that a task's program has.
    ///
    /// - Parameter profile: What the task's profile says; nil when it says nothing of time.
    static func timeoutSeconds(of task: AgentTask, profile: RuntimeProfileSpec?) -> Int32 {
        task.spec.timeoutSeconds ?? profile?.usualTimeoutSeconds ?? 300
    }

    // MARK: Deciding

    /// - Parameters:
    ///   - task: the task as the cache has it.
    ///   - pod: the pod of the present attempt.
    ///   - earlier: the pods of the attempts before that; only asked after the task's end.
    ///   - problem: why the task cannot be accepted, if it cannot; only asked before admission.
    func decide(
        _ task: AgentTask,
        pod: PodPresence,
        earlier: [PodObservation] = [],
        problem: TaskOutcome?,
        now: WallTime
    ) -> TaskDecision {
        let status = task.status ?? AgentTaskStatus()
        if let phase = status.phase.flatMap(TaskPhase.init(rawValue:)), phase.isTerminal {
            return afterEnd(task, status, pod: pod, earlier: earlier, now: now)
        }
        guard status.admittedTime != nil else { return beforeAdmission(task, status, pod: pod, problem: problem, now: now) }
        let stop = StopCause(recordedIn: status)
        switch pod {
        case .notCached: return TaskDecision(actions: [.confirmPod])
        case .absent: return conclude(task, missing(task, stop: stop), now: now)
        case .present(let pod):
            if let uid = status.podRef?.uid, uid != pod.uid { return conclude(task, missing(task, stop: stop), now: now) }
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
        let refusal =
            task.spec.canceled == true
            ? TaskOutcome(phase: .canceled, reason: .canceled, message: "Canceled while it did not run.") : problem
        if let refusal {
            return pod == .notCached ? TaskDecision(actions: [.confirmPod]) : refuse(task, refusal, pod: pod, now: now)
        }
        if let due = nextAttempt(task) {
            guard now < due, case .notCached = pod else { return TaskDecision(actions: [.admit]) }
            var next = status
            next.observedGeneration = task.metadata.generation
            return TaskDecision(status: changed(next, from: task), nextDeadline: due)
        }
        guard task.spec.suspend == true else { return TaskDecision(actions: [.admit]) }
        switch pod {
        case .present: return TaskDecision(actions: [.admit])  // it was suspended after its pod had been made
        case .notCached where status.condition(.admitted)?.reason != Self.suspended: return TaskDecision(actions: [.confirmPod])
        case .notCached, .absent:
            return TaskDecision(
                status: waiting(task, reason: Self.suspended, message: "spec.suspend is true.", now: now)
            )
        }
    }

    /// Ends a task that is not admitted. A pod that an operator made before it could say so is recorded and stopped first, so that no
    /// program runs on under a task that has ended.
    func refuse(_ task: AgentTask, _ outcome: TaskOutcome, pod: PodPresence, now: WallTime) -> TaskDecision {
        guard case .present(let pod) = pod, let reason = outcome.reason else { return finish(task, outcome, now: now) }
        let cause = StopCause(reason: reason, message: outcome.message)
        let reference = PodReference(name: pod.name, namespace: task.metadata.namespace, uid: pod.uid)
        let profile = task.status?.resolvedProfile ?? ResolvedProfile(name: task.spec.runtimeProfile)
        var adopted = task
        adopted.status = admitted(task, pod: reference, profile: profile, networkSet: nil, now: now)
        if pod.hasEnded {
            return finish(adopted, PodOutcome.of(pod, stop: cause, isCanceled: task.spec.canceled == true), now: now)
        }
        let status = noting(pod, in: adopted.status ?? AgentTaskStatus(), of: task, now: now)
        return beginStop(task, status, pod: pod, cause: cause, now: now)
    }

    private func active(
        _ task: AgentTask,
        _ status: AgentTaskStatus,
        pod: PodObservation,
        stop: StopCause?,
        now: WallTime
    ) -> TaskDecision {
        if stop == nil, PodOutcome.wasEndedByDeletion(pod) { return deleted(task, status, pod: pod, now: now) }
        if pod.hasEnded {
            return conclude(task, PodOutcome.of(pod, stop: stop, isCanceled: task.spec.canceled == true), now: now)
        }
        var next = noting(pod, in: status, of: task, now: now)
        if pod.isDeleting, stop == nil, let interruption = PodOutcome.interruption(pod) {
            // Recorded, because the pod may be gone before its end is seen.
            next.reason = interruption.reason.rawValue
            next.message = interruption.message
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
        return beginStop(task, next, pod: pod, cause: cause, now: now)
    }

    /// Somebody deleted the pod while its program ran. That it is gone is said only when the API server says so; a pod that a finalizer
    /// holds is not waited for longer than one that does not stop.
    private func deleted(_ task: AgentTask, _ status: AgentTaskStatus, pod: PodObservation, now: WallTime) -> TaskDecision {
        let requested = pod.deletionRequestedAt ?? now.time
        let giveUp = WallTime(seconds: requested.seconds + 1 + Self.gracePeriodSeconds).advanced(by: Self.stopPatience)
        if now >= giveUp { return conclude(task, missing(task, stop: nil), now: now) }
        return TaskDecision(status: changed(noting(pod, in: status, of: task, now: now), from: task), nextDeadline: giveUp)
    }

    /// The status with what the pod says of its start.
    private func noting(_ pod: PodObservation, in status: AgentTaskStatus, of task: AgentTask, now: WallTime) -> AgentTaskStatus {
        var next = status
        next.observedGeneration = task.metadata.generation
        guard let startedAt = pod.startedAt else { return next }
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
        return next
    }

    private func beginStop(
        _ task: AgentTask,
        _ status: AgentTaskStatus,
        pod: PodObservation,
        cause: StopCause,
        now: WallTime
    ) -> TaskDecision {
        var next = status
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
        if let reason = task.status?.reason.flatMap(FailureReason.init(rawValue:)) {
            return .failed(reason, task.status?.message ?? "The cluster removed the pod.")
        }
        return .failed(.podMissing, "The pod was removed before it ended.")
    }

    private func timeout(_ task: AgentTask) -> Int32 {
        Self.timeoutSeconds(of: task, profile: task.status?.resolvedProfile?.spec)
    }
    private func startupTimeout(_ task: AgentTask) -> Int32 {
        task.spec.startupTimeoutSeconds ?? Self.defaultStartupTimeoutSeconds
    }

    // MARK: After the end

    private func afterEnd(
        _ task: AgentTask,
        _ status: AgentTaskStatus,
        pod: PodPresence,
        earlier: [PodObservation],
        now: WallTime
    ) -> TaskDecision {
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
        var kept = earlier.filter { !$0.isDeleting }
        if case .present(let pod) = pod, !pod.isDeleting {
            if status.podRef?.uid == pod.uid {
                kept.append(pod)
            } else {
                // An operator that was about to end made it after another one had ended the task.
                decision.actions.append(.deletePod(pod))
            }
        }
        if !kept.isEmpty {
            let due = WallTime(seconds: completed.seconds + 1).advanced(by: podRetention)
            if now >= due { decision.actions += kept.map { .deletePod($0) } } else { deadlines.append(due) }
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
