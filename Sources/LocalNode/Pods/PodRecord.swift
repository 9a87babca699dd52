// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import KubernetesClient
import KubernetesMeta

/// What the node holds about one pod. Belongs to the pod's reconcile, of which there is one at a time; only the exit comes from
/// elsewhere.
final class PodRecord: Sendable {
    struct Live: Sendable {
        var lifecycle: PodLifecycle
        var process: SandboxProcess?
        var log: ContainerLog?
        var interpreter: String?
        /// How the sandbox ended, until the lifecycle has been told.
        var exit: SandboxExit?
    }

    let uid: String
    let key: ObjectKey
    let acceptedAt: Time
    private let live: Locked<Live>

    init(uid: String, key: ObjectKey, lifecycle: PodLifecycle, acceptedAt: Time, log: ContainerLog?) {
        self.uid = uid
        self.key = key
        self.acceptedAt = acceptedAt
        live = Locked(Live(lifecycle: lifecycle, log: log))
    }

    var snapshot: Live { live.withLock { $0 } }

    func update<Result>(_ body: (inout Live) -> sending Result) -> sending Result { live.withLock { body(&$0) } }

    /// Called on the pump's thread.
    func ended(_ exit: SandboxExit) { live.withLock { $0.exit = exit } }
}
