// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import ControllerRuntime

/// What one reconcile of one task has at hand.
struct TaskTurn: Sendable {
    let key: ObjectKey
    /// Nil when the task cannot be accepted.
    let profile: TaskProfile?
    let store: TaskStore
    let context: ReconcileContext

    /// The present time of the wall clock.
    var now: WallTime { context.time.wallNow() }
}
