// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import ControllerRuntime
import KubernetesMeta

/// Tells the user of a task what happened to it, as events.
struct TaskEvents: Sendable {
    let recorder: EventRecorder

    /// A status was written. An event is told for a change of phase and for the beginning of a stop.
    func changed(_ task: AgentTask, from old: AgentTaskStatus?, to status: AgentTaskStatus) {
        guard let phase = status.phase.flatMap(TaskPhase.init(rawValue:)) else { return }
        if old?.phase != status.phase {
            switch phase {
            case .pending where status.condition(.admitted)?.reason == TaskStateMachine.retrying:
                record(task, .warning, "Retrying", "Retry", status.condition(.admitted)?.message ?? "")
            case .pending: break  // its conditions tell what it waits for
            case .scheduled: record(task, .normal, "PodCreated", "CreatePod", "Created pod \(status.podRef?.name ?? "").")
            case .running: record(task, .normal, "Started", "Start", "The program runs.")
            case .succeeded: record(task, .normal, "Succeeded", "Finish", status.message ?? "")
            case .failed, .timeout, .canceled:
                record(task, .warning, status.reason ?? phase.rawValue, "Finish", status.message ?? "")
            }
        } else if let stop = StopCause(recordedIn: status), StopCause(recordedIn: old) == nil {
            record(task, .normal, StopCause.conditionReason, "Stop", "Stopping the pod: \(stop.message)")
        }
    }

    private func record(_ task: AgentTask, _ type: EventType, _ reason: String, _ action: String, _ note: String) {
        recorder.record(type, about: task, reason: reason, action: action, note: note)
    }
}
