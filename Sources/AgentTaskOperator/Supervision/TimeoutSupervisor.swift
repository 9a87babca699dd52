// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime

/// Watches over the deadlines of one active task. It has one entry in the shared heap and gives the task's key back to the queue when its
/// next deadline passes; what to do then is the reconciler's decision.
actor TimeoutSupervisor {
    private let key: ObjectKey
    private let timer: DeadlineTimer
    private let entry: DeadlineTimer.ID
    private let time: TimeSource
    private let wake: @Sendable (ObjectKey) -> Void
    private var state = SupervisorState()

    init(key: ObjectKey, timer: DeadlineTimer, time: TimeSource, wake: @escaping @Sendable (ObjectKey) -> Void) {
        self.key = key
        self.timer = timer
        self.entry = timer.makeID()
        self.time = time
        self.wake = wake
    }

    deinit { timer.cancel(entry) }

    /// The next deadline, nil for none.
    func observe(_ deadline: WallTime?) {
        perform(state.observe(deadline, now: time.now(), wallNow: time.wallNow()))
    }

    private func perform(_ action: SupervisorState.Action) {
        switch action {
        case .keep: break
        case .disarm: timer.cancel(entry)
        case .arm(let instant):
            // The timer keeps the earlier of two instants, and a deadline may move later.
            timer.cancel(entry)
            // The reconciler computes the deadline anew from the wall clock, and arms again when that has been set back.
            timer.arm(entry, at: instant) { [wake, key] in wake(key) }
        }
    }
}
