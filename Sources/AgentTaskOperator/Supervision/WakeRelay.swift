// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import KubernetesClient

/// Carries keys from the supervisors to the controller's queue, which is made after them.
final class WakeRelay: Sendable {
    private let queue = Locked<WorkQueue<ObjectKey>?>(nil)

    func connect(to queue: WorkQueue<ObjectKey>) { self.queue.withLock { $0 = queue } }

    func wake(_ key: ObjectKey) { queue.withLock { $0 }?.add(key) }
}
