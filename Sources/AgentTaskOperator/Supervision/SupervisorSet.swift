// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import KubernetesClient

/// The supervisors of all active tasks. Bound: one for each task that is not terminal.
final class SupervisorSet: Sendable {
    private let supervisors = Locked<[ObjectKey: TimeoutSupervisor]>([:])
    private let environment: RuntimeEnvironment
    private let wake: @Sendable (ObjectKey) -> Void

    init(environment: RuntimeEnvironment, wake: @escaping @Sendable (ObjectKey) -> Void) {
        self.environment = environment
        self.wake = wake
    }

    /// How many tasks are supervised.
    var count: Int { supervisors.withLock { $0.count } }

    /// Tells the task's supervisor its next deadline; makes one for a task that has none yet.
    func observe(_ key: ObjectKey, deadline: WallTime?) async {
        let supervisor = supervisors.withLock { set in
            if let known = set[key] { return known }
            let new = TimeoutSupervisor(key: key, timer: environment.timer, time: environment.time, wake: wake)
            set[key] = new
            return new
        }
        await supervisor.observe(deadline)
    }

    /// The task has ended or is gone.
    func end(_ key: ObjectKey) { _ = supervisors.withLock { $0.removeValue(forKey: key) } }
}
