// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import ControllerRuntime
import KubernetesMeta

/// The statuses that the state machine writes.
extension TaskStateMachine {
    /// Bytes of `status.message`.
    static let messageLimit = 4096

    /// The status of a task whose policy, code and pod exist.
    ///
    /// - Parameter networkSet: What the pod may reach; nil when it may reach nothing.
    func admitted(_ task: AgentTask, pod: PodReference, profile: ResolvedProfile, networkSet: String?, now: WallTime)
        -> AgentTaskStatus
    {
        var status = task.status ?? AgentTaskStatus()
        let generation = task.metadata.generation
        status.phase = TaskPhase.scheduled.rawValue
        status.reason = nil
        status.message = nil
        status.podRef = pod
        status.admittedTime = now.time
        status.attempts = Int32(TaskNames.attempt(task) + 1)
        // What is left of an earlier attempt says nothing about this one.
        status.exitCode = nil
        status.signal = nil
        status.executionStartTime = nil
        status.logTail = nil
        status.result = nil
        let ofAttempt: [ConditionType] = [.started, .resultAvailable, .finished]
        status.conditions?.removeAll { condition in ofAttempt.contains { $0.rawValue == condition.type } }
        status.resolvedProfile = profile
        accept(&status, task, now: now)
        status.set(.admitted, true, reason: "PodCreated", message: "The pod was created.", now: now.time, generation: generation)
        status.set(
            .networkIsolated,
            networkSet == nil,
            reason: networkSet == nil ? "PolicyCreated" : "AllowList",
            message: networkSet.map {
                "NetworkPolicies deny the pod all traffic but that of the network set '\($0)'; whether they hold depends on the cluster's network plugin."
            }
                ?? "NetworkPolicies that deny all traffic select the pod; whether they hold depends on the cluster's network plugin.",
            now: now.time,
            generation: generation
        )
        return status
    }

    /// The status of a task that waits before its pod is created.
    func waiting(_ task: AgentTask, reason: String, message: String, now: WallTime) -> AgentTaskStatus? {
        var status = task.status ?? AgentTaskStatus()
        status.phase = TaskPhase.pending.rawValue
        accept(&status, task, now: now)
        status.set(.admitted, false, reason: reason, message: message, now: now.time, generation: task.metadata.generation)
        return changed(status, from: task)
    }

    func accept(_ status: inout AgentTaskStatus, _ task: AgentTask, now: WallTime) {
        status.startTime = status.startTime ?? now.time
        status.observedGeneration = task.metadata.generation
        status.set(
            .accepted,
            true,
            reason: "Valid",
            message: "The task is valid and its profile is known.",
            now: now.time,
            generation: task.metadata.generation
        )
    }

    /// The decision that ends a task.
    func finish(_ task: AgentTask, _ outcome: TaskOutcome, now: WallTime) -> TaskDecision {
        var status = task.status ?? AgentTaskStatus()
        let generation = task.metadata.generation
        let reading = outcome.terminationMessage.map { ResultReader.read($0, exitCode: outcome.exitCode ?? 0) } ?? .none
        status.phase = outcome.phase.rawValue
        status.reason = outcome.reason?.rawValue
        status.exitCode = outcome.exitCode
        status.signal = outcome.signal
        status.startTime = status.startTime ?? now.time
        status.executionStartTime = status.executionStartTime ?? outcome.startedAt
        status.completionTime = now.time
        status.observedGeneration = generation

        var message = outcome.message
        func resultIs(_ isAvailable: Bool, _ reason: String, _ text: String) {
            status.set(.resultAvailable, isAvailable, reason: reason, message: text, now: now.time, generation: generation)
        }
        switch reading {
        // An end between two attempts leaves the result of the last one, and what is said of it.
        case .none where status.result != nil: break
        case .none: resultIs(false, "NoResult", "The program wrote no result.")
        case .json(let result):
            status.result = result
            resultIs(true, "JSON", "status.result.json holds the result.")
        case .invalidJSON(let result):
            status.result = result
            resultIs(false, "InvalidJSON", "The result is not JSON; status.result.raw holds it as text.")
        case .tooLarge(let result):
            status.result = result
            resultIs(
                false,
                "ResultTooLarge",
                "The result has \(ResultReader.limit) bytes or more; status.result.raw holds what arrived."
            )
        case .logTail(let tail):
            status.logTail = tail
            if let line = tail.split(separator: "\n").last(where: { !$0.allSatisfy(\.isWhitespace) }) { message += " \(line)" }
            resultIs(false, "NoResult", "The program wrote no result.")
        }
        status.message = Self.cut(message)

        let word = outcome.reason?.rawValue ?? TaskPhase.succeeded.rawValue
        if outcome.startedAt != nil, status.condition(.started) == nil {
            status.set(
                .started,
                true,
                reason: "ContainerStarted",
                message: "The container ran.",
                now: now.time,
                generation: generation
            )
        }
        if status.admittedTime == nil, outcome.phase == .failed {
            status.set(.accepted, false, reason: word, message: Self.cut(message), now: now.time, generation: generation)
        }
        status.set(.finished, true, reason: word, message: Self.cut(message), now: now.time, generation: generation)
        status.set(
            .succeeded,
            outcome.phase == .succeeded,
            reason: word,
            message: Self.cut(message),
            now: now.time,
            generation: generation
        )
        return TaskDecision(status: status, outcome: outcome)
    }

    private static func cut(_ text: String) -> String {
        text.unicodeScalars.count <= messageLimit
            ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(messageLimit)))
    }
}
