// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import KubernetesClient
import KubernetesCore
import KubernetesJSON
import KubernetesMeta

/// Plays one pod after another as `SimulatedPod` decides.
struct PodPlayer: Reconciler {
    let client: KubernetesClient
    let informer: Informer<Pod>
    let script: @Sendable (Pod) -> PodScript
    private let timer: DeadlineTimer
    /// Gives a pod's key back to the queue, which is made after the player.
    private let wake = Locked<@Sendable (ObjectKey) -> Void>({ _ in })
    /// Bound: the pods of the node.
    private let played = Locked<[ObjectKey: Played]>([:])

    private struct Played {
        var pod: SimulatedPod
        let entry: DeadlineTimer.ID
    }

    init(
        client: KubernetesClient,
        informer: Informer<Pod>,
        timer: DeadlineTimer,
        script: @escaping @Sendable (Pod) -> PodScript
    ) {
        self.client = client
        self.informer = informer
        self.timer = timer
        self.script = script
    }

    /// Says who is told when a pod's next moment has come.
    func connect(_ wake: @escaping @Sendable (ObjectKey) -> Void) { self.wake.withLock { $0 = wake } }

    func reconcile(_ key: ObjectKey, context: ReconcileContext) async throws -> ReconcileResult {
        guard let pod = informer.get(key), let uid = pod.metadata.uid else {
            if let ended = played.withLock({ $0.removeValue(forKey: key) }) { timer.cancel(ended.entry) }
            return .done
        }
        let now = context.time.now()
        let wall = context.time.wallNow()
        let known = played.withLock { $0[key] }
        var current = Played(
            pod: known.flatMap { $0.pod.uid == uid ? $0.pod : nil }
                ?? SimulatedPod(pod, script: script(pod), now: now, wall: wall),
            entry: known?.entry ?? timer.makeID()
        )
        let step = current.pod.step(pod, now: now, wall: wall)
        switch step {
        case .wait(let until):
            played.withLock { $0[key] = current }
            timer.cancel(current.entry)
            if let until {
                // An instant, not a delay: the clock may have been moved since `now` was read.
                timer.arm(current.entry, at: until) { [wake] in wake.withLock { $0 }(key) }
            }
            return .done
        case .write(let status):
            var patch = JSONObject()
            patch["status"] = JSONValue(encoding: status)
            context.wrote(
                try await client.patch(
                    Pod.self,
                    name: key.name,
                    namespace: key.namespace,
                    .merge(.object(patch)),
                    subresource: "status"
                )
            )
            // Only now: what failed is decided again.
            played.withLock { $0[key] = current }
            return .requeue(after: .zero)
        case .delete:
            do throws(ClientError) {
                let options = DeleteOptions(uid: uid, gracePeriodSeconds: 0)
                try await client.delete(Pod.self, name: key.name, namespace: key.namespace, options: options)
            } catch {
                // Gone already is as good.
                guard error.isNotFound else { throw error }
            }
            return .done
        }
    }
}
