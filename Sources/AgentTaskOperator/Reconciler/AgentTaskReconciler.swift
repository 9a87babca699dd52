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
    let profiles: ProfileFinder
    let machine: TaskStateMachine
    let acceptance: TaskAcceptance
    /// Nil when the webhook is not served.
    let registration: WebhookRegistration?
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
            // Owner references take pod, code and policy away, but a finalizer may hold the task: nobody would end its program.
            supervisors.end(key)
            for pod in pods(task, attempts: 0..<TaskNames.attempt(task) + 1) where !pod.hasEnded && !pod.isDeleting {
                try await store.delete(pod, of: task)
            }
            return .done
        }
        var pod = caches.pod(TaskNames.pod(task), of: task).flatMap { own($0, of: task) }
        let (profile, problem) = try await accept(task, hasPod: pod != nil)
        let turn = TaskTurn(key: key, profile: profile, store: store, context: context)
        let earlier = task.isTerminal ? pods(task, attempts: 0..<TaskNames.attempt(task)) : []
        var decision = machine.decide(
            task,
            pod: presence(pod, or: .notCached),
            earlier: earlier,
            problem: problem,
            now: turn.now
        )
        if decision.actions == [.confirmPod] {
            pod = try await store.livePod(task).flatMap { own($0, of: task) }
            decision = machine.decide(task, pod: presence(pod, or: .absent), problem: problem, now: turn.now)
        }
        return try await perform(decision, of: task, pod: pod, in: turn)
    }

    /// The task's profile, or why it has to fail. That there is no such profile is said only when the API server says so.
    ///
    /// - Parameter hasPod: A pod that no status tells of was made with a built-in profile: others are recorded first.
    private func accept(_ task: AgentTask, hasPod: Bool) async throws -> (TaskProfile?, TaskOutcome?) {
        let isVerified = acceptance.needsVerification(task) ? try await registration?.covers(task) ?? false : false
        let (name, namespace) = (task.spec.runtimeProfile, task.metadata.namespace ?? "")
        let isKnown =
            task.isTerminal || task.isActive || TaskProfile(frozenIn: task.status) != nil
            || hasPod && BuiltinProfiles.named(name) != nil
        guard !isKnown else { return acceptance.verdict(on: task, in: .builtins, isVerified: isVerified) }
        var (profile, problem) = acceptance.verdict(
            on: task,
            in: try await profiles.cached(name, namespace: namespace),
            isVerified: isVerified
        )
        if problem?.reason == .profileResolutionFailed {
            (profile, problem) = acceptance.verdict(
                on: task,
                in: try await profiles.live(name, namespace: namespace),
                isVerified: isVerified
            )
        }
        guard let profile, let refusal = try await profiles.problem(ofNamespace: namespace, using: profile) else {
            return (profile, problem)
        }
        return (nil, .failed(refusal.reason, refusal.problem.description))
    }

    /// The pod under the attempt's name, if it is this task's. The owner's UID decides, and once a pod is recorded, its own: a cache that
    /// is late may still hold the pod of an earlier task of the name.
    private func own(_ pod: Pod, of task: AgentTask) -> Pod? {
        guard TaskNames.owns(task, pod.metadata) else { return nil }
        guard task.isActive, let recorded = task.status?.podRef?.uid, recorded != pod.metadata.uid else { return pod }
        return nil
    }

    /// The pods of these attempts, as far as they are there.
    private func pods(_ task: AgentTask, attempts: Range<Int>) -> [PodObservation] {
        attempts.compactMap { attempt in
            caches.pod(TaskNames.pod(task, attempt: attempt), of: task)
                .flatMap { TaskNames.owns(task, $0.metadata) ? PodObservation($0) : nil }
        }
    }

    private func presence(_ pod: Pod?, or none: PodPresence) -> PodPresence {
        pod.map { .present(PodObservation($0)) } ?? none
    }

    /// - Parameter pod: The pod that the decision is about, nil when there is none.
    func perform(
        _ decision: TaskDecision,
        of task: AgentTask,
        pod: Pod?,
        in turn: TaskTurn
    ) async throws -> ReconcileResult {
        var task = task
        // First of all, because whatever fails below comes back much later than a deadline may be due.
        if !task.isTerminal, decision.outcome == nil { await supervisors.observe(turn.key, deadline: decision.nextDeadline) }
        if let status = decision.status {
            let old = task.status
            task = try await turn.store.write(frozen(status, turn.profile), of: task)
            note(status, from: old, outcome: decision.outcome, of: task, context: turn.context)
        }
        for action in decision.actions {
            switch action {
            case .admit: return try await admit(task, pod: pod, in: turn)
            case .confirmPod: break
            case .stopPod(let pod): try await turn.store.stop(pod, of: task)
            case .deletePod(let pod): try await turn.store.delete(pod, of: task)
            case .deleteTask:
                try await turn.store.delete(task)
                return .done
            }
        }
        guard !task.isTerminal else {
            supervisors.end(turn.key)
            // A finished task waits for nothing urgent: its time to live and its pod's are kept by the queue.
            return decision.nextDeadline.map { .requeue(after: max(.zero, turn.now.duration(to: $0))) } ?? .done
        }
        if task.isActive { try await keepIsolated(task, store: turn.store) }
        return .done
    }

    /// Policies that somebody changed or deleted under an active task are put right.
    private func keepIsolated(_ task: AgentTask, store: TaskStore) async throws {
        if !caches.hasIntactPolicy(PolicyBuilder.shared(namespace: task.metadata.namespace ?? ""))
            || !caches.hasIntactPolicy(PolicyBuilder.task(task, profile: TaskProfile(frozenIn: task.status)))
        {
            try await isolate(task, profile: TaskProfile(frozenIn: task.status), store: store)
        }
    }

    /// - Parameter profile: That of the task; nil to deny everything.
    func isolate(_ task: AgentTask, profile: TaskProfile?, store: TaskStore) async throws {
        let namespace = task.metadata.namespace ?? ""
        if !caches.hasIntactPolicy(PolicyBuilder.shared(namespace: namespace)) {
            try await store.ensureSharedPolicy(namespace: namespace)
        }
        let desired = PolicyBuilder.task(task, profile: profile)
        let found = try await store.ensure(desired, for: task)
        try await store.heal(found, to: desired)
    }

    // MARK: Telling

    func note(
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
