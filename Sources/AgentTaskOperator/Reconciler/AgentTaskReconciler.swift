// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import ControllerRuntime
import KubernetesClient
import KubernetesCore
import KubernetesMeta
import KubernetesNetworking
import Logging

/// Brings one task a step further: reads the caches, lets the state machine decide, and does what it says.
struct AgentTaskReconciler: Reconciler {
    let client: KubernetesClient
    let caches: TaskCaches
    let machine: TaskStateMachine
    let acceptance: TaskAcceptance
    let supervisors: SupervisorSet
    let metrics: TaskMetrics
    let events: TaskEvents

    func reconcile(_ key: ObjectKey, context: ReconcileContext) async throws -> ReconcileResult {
        guard let task = caches.task(key) else {
            supervisors.end(key)
            return .done
        }
        let store = TaskStore(client: client, context: context)
        if let index = task.metadata.finalizers?.firstIndex(of: TaskNames.formerFinalizer) {
            try await store.removeFormerFinalizer(from: task, at: index)
            return .done
        }
        guard task.metadata.deletionTimestamp == nil else {
            // Owner references take pod, code and policy away.
            supervisors.end(key)
            return .done
        }
        let profile: BuiltinProfile?
        let problem: TaskOutcome?
        do {
            profile = try acceptance.profile(of: task)
            problem = nil
        } catch {
            profile = nil
            problem = error.outcome
        }

        let now = context.time.wallNow()
        var presence = cachedPod(task)
        var decision = machine.decide(task, pod: presence, problem: problem, now: now)
        if decision.actions == [.confirmPod] {
            presence = try await store.livePod(task).map { .present(PodObservation($0)) } ?? .absent
            decision = machine.decide(task, pod: presence, problem: problem, now: now)
        }
        return try await perform(decision, of: task, key: key, profile: profile, store: store, context: context)
    }

    private func cachedPod(_ task: AgentTask) -> PodPresence {
        caches.pod(TaskNames.pod(task), of: task).map { .present(PodObservation($0)) } ?? .notCached
    }

    private func perform(
        _ decision: TaskDecision,
        of task: AgentTask,
        key: ObjectKey,
        profile: BuiltinProfile?,
        store: TaskStore,
        context: ReconcileContext
    ) async throws -> ReconcileResult {
        var task = task
        if let status = decision.status {
            let old = task.status
            task = try await store.write(status, of: task)
            note(status, from: old, outcome: decision.outcome, of: task, context: context)
        }
        for action in decision.actions {
            switch action {
            case .admit:
                guard let profile else { return .done }
                return try await admit(task, key: key, profile: profile, store: store, context: context)
            case .confirmPod: break
            case .stopPod(let pod): try await store.stop(pod, of: task)
            case .deletePod(let pod): try await store.delete(pod, of: task)
            case .deleteTask:
                try await store.delete(task)
                return .done
            }
        }
        let phase = task.status?.phase.flatMap(TaskPhase.init(rawValue:)) ?? .pending
        guard !phase.isTerminal else {
            supervisors.end(key)
            // A finished task waits for nothing urgent: its time to live and its pod's are kept by the queue.
            return decision.nextDeadline.map { .requeue(after: max(.zero, context.time.wallNow().duration(to: $0))) } ?? .done
        }
        if task.status?.admittedTime != nil, let profile { try await keepIsolated(task, profile: profile, store: store) }
        await supervisors.observe(key, deadline: decision.nextDeadline)
        return .done
    }

    // MARK: Admission

    /// Makes policy, code and pod, in this order, and records it. Doing it twice does it once: the names are deterministic.
    private func admit(
        _ task: AgentTask,
        key: ObjectKey,
        profile: BuiltinProfile,
        store: TaskStore,
        context: ReconcileContext
    ) async throws -> ReconcileResult {
        let pod: Pod
        do {
            try await isolate(task, store: store)
            if let code = CodeBuilder.configMap(task, entrypoint: profile.entrypoint) {
                let found = try await store.ensure(code, for: task)
                guard OwnedContent.matches(found, code) else {
                    throw TaskStore.Conflict.foreign(foreignText("ConfigMap", TaskNames.code(task)))
                }
            }
            let desired = PodBuilder.pod(task, profile: profile)
            pod = try await store.ensure(desired, for: task)
            guard OwnedContent.matches(pod, desired) else {
                throw TaskStore.Conflict.foreign(foreignText("Pod", TaskNames.pod(task)))
            }
        } catch TaskStore.Conflict.previousRunTerminating(let message) {
            return try await wait(
                task,
                reason: "PreviousRunTerminating",
                message: message,
                again: .seconds(1),
                store: store,
                context: context
            )
        } catch TaskStore.Conflict.foreign(let message) {
            let decision = machine.finish(task, .failed(.nameConflict, message), now: context.time.wallNow())
            return try await perform(decision, of: task, key: key, profile: profile, store: store, context: context)
        } catch let error as ClientError where Refusal(error) == .quota {
            return try await wait(
                task,
                reason: "QuotaExceeded",
                message: error.status?.message ?? error.message,
                again: .seconds(10),
                store: store,
                context: context
            )
        } catch let error as ClientError where Refusal(error) == .final {
            let outcome = TaskOutcome.failed(.podCreationFailed, error.status?.message ?? error.message)
            let decision = machine.finish(task, outcome, now: context.time.wallNow())
            return try await perform(decision, of: task, key: key, profile: profile, store: store, context: context)
        }
        let reference = PodReference(name: pod.metadata.name, namespace: pod.metadata.namespace, uid: pod.metadata.uid)
        let resolved = ResolvedProfile(name: profile.name, source: "builtin", image: profile.image)
        let now = context.time.wallNow()
        let status = machine.admitted(task, pod: reference, profile: resolved, isIsolated: true, now: now)
        let written = try await store.write(status, of: task)
        note(status, from: task.status, outcome: nil, of: written, context: context)
        let decision = machine.decide(written, pod: .present(PodObservation(pod)), problem: nil, now: now)
        await supervisors.observe(key, deadline: decision.nextDeadline)
        return .done
    }

    private func isolate(_ task: AgentTask, store: TaskStore) async throws {
        let namespace = task.metadata.namespace ?? ""
        if !caches.hasIntactPolicy(PolicyBuilder.shared(namespace: namespace)) {
            try await store.ensureSharedPolicy(namespace: namespace)
        }
        let desired = PolicyBuilder.task(task)
        let found = try await store.ensure(desired, for: task)
        try await store.heal(found, to: desired)
    }

    /// Policies that somebody changed or deleted under an active task are put right.
    private func keepIsolated(_ task: AgentTask, profile: BuiltinProfile, store: TaskStore) async throws {
        if !caches.hasIntactPolicy(PolicyBuilder.shared(namespace: task.metadata.namespace ?? ""))
            || !caches.hasIntactPolicy(PolicyBuilder.task(task))
        {
            try await isolate(task, store: store)
        }
    }

    private func wait(
        _ task: AgentTask,
        reason: String,
        message: String,
        again: Duration,
        store: TaskStore,
        context: ReconcileContext
    ) async throws -> ReconcileResult {
        if let status = machine.waiting(task, reason: reason, message: message, now: context.time.wallNow()) {
            _ = try await store.write(status, of: task)
        }
        return .requeue(after: again)
    }

    private func foreignText(_ kind: String, _ name: String) -> String {
        "\(kind) '\(name)' names this task as its owner but is not what the operator makes; delete it or give the task another name."
    }

    /// What a refused create means for the task.
    private enum Refusal {
        /// A quota is used up: wait for others to end.
        case quota
        /// The same request will be refused again.
        case final
        /// The operator's own trouble: try again, and let the log say so.
        case transient

        init(_ error: ClientError) {
            let message = error.status?.message ?? ""
            if error.isForbidden, message.contains("exceeded quota") {
                self = .quota
            } else if error.isInvalid
                || (error.isForbidden && !message.contains("cannot create resource") && !message.contains("being terminated"))
            {
                self = .final
            } else {
                self = .transient
            }
        }
    }

    // MARK: Telling

    private func note(
        _ status: AgentTaskStatus,
        from old: AgentTaskStatus?,
        outcome: TaskOutcome?,
        of task: AgentTask,
        context: ReconcileContext
    ) {
        if let outcome { metrics.ended(outcome, status: status) }
        events.changed(task, from: old, to: status)
        context.logger.info(
            "task \(status.phase ?? "")",
            metadata: ["phase": "\(status.phase ?? "")", "reason": "\(status.reason ?? "")", "uid": "\(task.metadata.uid ?? "")"]
        )
    }
}
