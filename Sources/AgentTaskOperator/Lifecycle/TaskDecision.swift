// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import ControllerRuntime

/// What to do for a task now, and when to look again if nothing happens.
struct TaskDecision: Sendable, Hashable {
    enum Action: Sendable, Hashable {
        /// Make policy, code and pod, then record it with ``TaskStateMachine/admitted(_:pod:profile:now:)``.
        case admit
        /// Ask the API server itself whether the pod exists, then decide again.
        case confirmPod
        /// Lower the pod's `activeDeadlineSeconds`, so that its node ends it and keeps its logs.
        case stopPod(PodObservation)
        /// Delete the pod, with its UID as precondition.
        case deletePod(PodObservation)
        /// Delete the task, whose time to live has passed.
        case deleteTask
    }

    /// The status to write before anything else is done; nil when it is already so.
    var status: AgentTaskStatus?
    /// What to do after that.
    var actions: [Action] = []
    /// When the next deadline passes, on the wall clock.
    var nextDeadline: WallTime?
    /// The outcome, when this decision ends the task.
    var outcome: TaskOutcome?

    static let nothing = TaskDecision()
}
