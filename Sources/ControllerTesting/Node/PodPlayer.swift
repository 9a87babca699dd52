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
    private let played = Locked<[ObjectKey: SimulatedPod]>([:])

    init(client: KubernetesClient, informer: Informer<Pod>, script: @escaping @Sendable (Pod) -> PodScript) {
        self.client = client
        self.informer = informer
        self.script = script
    }

    func reconcile(_ key: ObjectKey, context: ReconcileContext) async throws -> ReconcileResult {
        guard let pod = informer.get(key), let uid = pod.metadata.uid else {
            played.withLock { _ = $0.removeValue(forKey: key) }
            return .done
        }
        let now = context.time.now()
        let wall = context.time.wallNow()
        var current =
            played.withLock { $0[key] }.flatMap { $0.uid == uid ? $0 : nil }
            ?? SimulatedPod(pod, script: script(pod), now: now, wall: wall)
        let step = current.step(pod, now: now, wall: wall)
        switch step {
        case .wait(let until):
            played.withLock { $0[key] = current }
            guard let until else { return .done }
            return .requeue(after: now.duration(to: until))
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
