// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import ControllerRuntime
import KubernetesClient
import KubernetesCore
import KubernetesMeta

extension AgentTaskReconciler {
    /// Makes policy, code and pod, in this order, and records it. Doing it twice does it once: the names are deterministic.
    ///
    /// - Parameter pod: The task's pod, when one that ended in between has made it; then it is only recorded.
    func admit(_ task: AgentTask, pod: Pod?, in turn: TaskTurn) async throws -> ReconcileResult {
        guard let profile = turn.profile else { return .done }
        let task = try await freeze(profile, of: task, in: turn)
        let made: Pod
        do {
            made = try await ensurePod(task, existing: pod, profile: profile, store: turn.store)
        } catch TaskStore.Conflict.previousRunTerminating(let message) {
            return try await wait(task, reason: "PreviousRunTerminating", message: message, again: .seconds(1), in: turn)
        } catch TaskStore.Conflict.foreign(let message) {
            return try await refuse(task, .failed(.nameConflict, message), in: turn)
        } catch let error as ClientError {
            let message = error.status?.message ?? error.message
            switch CreateRefusal(error) {
            case .quota: return try await wait(task, reason: "QuotaExceeded", message: message, again: .seconds(10), in: turn)
            case .final: return try await refuse(task, .failed(.podCreationFailed, message), in: turn)
            case .transient: throw error
            }
        }
        return try await record(made, of: task, profile: profile, in: turn)
    }

    /// Records a profile that somebody may change before its pod is made, so that the pod of an operator that ends in between is known
    /// for the task's by whichever operator comes next. A built-in one does not change, and costs no write.
    private func freeze(_ profile: TaskProfile, of task: AgentTask, in turn: TaskTurn) async throws -> AgentTask {
        guard profile.source != .builtin, TaskProfile(frozenIn: task.status) == nil,
            let status = machine.waiting(task, reason: "Admitting", message: "The pod is being created.", now: turn.now)
        else { return task }
        return try await turn.store.write(frozen(status, profile), of: task)
    }

    /// The status of an accepted task, with the profile.
    func frozen(_ status: AgentTaskStatus, _ profile: TaskProfile?) -> AgentTaskStatus {
        guard status.condition(.accepted)?.status == "True", status.resolvedProfile == nil else { return status }
        var status = status
        status.resolvedProfile = profile?.resolved
        return status
    }

    private func ensurePod(_ task: AgentTask, existing: Pod?, profile: TaskProfile, store: TaskStore) async throws -> Pod {
        let desired = PodBuilder.pod(task, profile: profile)
        // The cache holds only a part of it.
        if existing != nil, let existing = try await store.livePod(task), TaskNames.owns(task, existing.metadata) {
            guard OwnedContent.matches(existing, desired) else {
                throw TaskStore.Conflict.forged("Pod", existing.metadata.name ?? "")
            }
            return existing
        }
        try await isolate(task, profile: profile, store: store)
        if let code = CodeBuilder.configMap(task, entrypoint: profile.entrypoint) {
            _ = try await store.ensure(code, for: task) { OwnedContent.matches($0, code) }
        }
        return try await store.ensure(desired, for: task) { OwnedContent.matches($0, desired) }
    }

    /// Writes down that the pod is the task's.
    private func record(_ pod: Pod, of task: AgentTask, profile: TaskProfile, in turn: TaskTurn) async throws
        -> ReconcileResult
    {
        let reference = PodReference(name: pod.metadata.name, namespace: pod.metadata.namespace, uid: pod.metadata.uid)
        // The start-up clock of a pod that is recorded late began when the pod was made.
        let made = pod.metadata.creationTimestamp.map { WallTime(seconds: $0.seconds) } ?? turn.now
        let status = machine.admitted(
            task,
            pod: reference,
            profile: profile.resolved,
            networkSet: profile.spec.networkSet(of: task.spec)?.name,
            now: min(made, turn.now)
        )
        var admitted = task
        admitted.status = status
        let next = machine.decide(admitted, pod: .present(PodObservation(pod)), problem: nil, now: turn.now)
        await supervisors.observe(turn.key, deadline: next.nextDeadline)
        let written = try await turn.store.write(status, of: task)
        note(status, from: task.status, outcome: nil, of: written, context: turn.context)
        return .done
    }

    /// Ends a task whose objects cannot be made. What is under its pod's name is looked at once more: it may be the task's own.
    private func refuse(_ task: AgentTask, _ outcome: TaskOutcome, in turn: TaskTurn) async throws -> ReconcileResult {
        let pod = try await turn.store.livePod(task).flatMap { TaskNames.owns(task, $0.metadata) ? $0 : nil }
        var decision: TaskDecision
        if let pod, outcome.reason == .nameConflict {
            // Whoever made it, it says that this task is its owner, and it is not what the task runs.
            decision = machine.finish(task, outcome, now: turn.now)
            decision.actions = [.deletePod(PodObservation(pod))]
        } else {
            let presence = pod.map { PodPresence.present(PodObservation($0)) } ?? .absent
            decision = machine.refuse(task, outcome, pod: presence, now: turn.now)
        }
        return try await perform(decision, of: task, pod: pod, in: turn)
    }

    private func wait(
        _ task: AgentTask,
        reason: String,
        message: String,
        again: Duration,
        in turn: TaskTurn
    ) async throws -> ReconcileResult {
        if let status = machine.waiting(task, reason: reason, message: message, now: turn.now) {
            let written = try await turn.store.write(frozen(status, turn.profile), of: task)
            note(status, from: task.status, outcome: nil, of: written, context: turn.context)
        }
        return .requeue(after: again)
    }
}
