// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime

/// What a ``TimeoutSupervisor`` knows. A pure value: what it answers is done by the actor.
struct SupervisorState: Sendable, Hashable {
    enum Action: Sendable, Hashable {
        case arm(at: MonotonicInstant)
        case disarm
        case keep
    }

    /// The deadline that is armed, on the wall clock, because that is what the API server's times are on.
    private(set) var deadline: WallTime?
    /// The instant that the timer is armed for.
    private var armed: MonotonicInstant?

    /// The reconciler has seen the pod and says when the next deadline is.
    ///
    /// A deadline that has passed is armed as well, for now: whoever says so may be late, and nothing is lost.
    mutating func observe(_ next: WallTime?, now: MonotonicInstant, wallNow: WallTime) -> Action {
        guard let next else {
            defer { (deadline, armed) = (nil, nil) }
            return deadline == nil ? .keep : .disarm
        }
        // An instant that has come has fired; the same deadline is armed again then, because the wall clock was set back.
        if next == deadline, let armed, now < armed { return .keep }
        let instant = now.advanced(by: max(.zero, wallNow.duration(to: next)))
        (deadline, armed) = (next, instant)
        return .arm(at: instant)
    }
}
