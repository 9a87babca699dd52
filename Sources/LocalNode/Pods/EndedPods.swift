// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import KubernetesClient

/// Carries the keys of pods whose sandbox has ended from the pump's thread to the controller's queue, which is made after the sandboxes'
/// side. Keys told before the queue is there wait for it.
final class EndedPods: Sendable {
    private struct State: Sendable {
        var queue: WorkQueue<ObjectKey>?
        var waiting: Set<ObjectKey> = []
    }

    private let state = Locked(State())

    func forward(to queue: WorkQueue<ObjectKey>) {
        let waiting = state.withLock { state in
            state.queue = queue
            defer { state.waiting = [] }
            return state.waiting
        }
        queue.add(contentsOf: waiting)
    }

    func tell(_ key: ObjectKey) {
        let queue = state.withLock { state in
            if state.queue == nil { state.waiting.insert(key) }
            return state.queue
        }
        queue?.add(key)
    }
}
