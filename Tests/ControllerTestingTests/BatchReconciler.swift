// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import KubernetesClient
import KubernetesCore
import KubernetesMeta

/// Runs pods one after the other for each ConfigMap of the namespace "jobs", and counts in it those that have succeeded.
struct BatchReconciler: Reconciler {
    let client: KubernetesClient
    let jobs: Informer<ConfigMap>
    let pods: Informer<Pod>

    static func controller(in cluster: SimulatedCluster) -> (controller: Controller<BatchReconciler>, reconciler: BatchReconciler)
    {
        let jobs = Informer<ConfigMap>(client: cluster.client, namespace: "jobs", environment: cluster.environment)
        let pods = Informer<Pod>(client: cluster.client, namespace: "jobs", environment: cluster.environment)
        let reconciler = BatchReconciler(client: cluster.client, jobs: jobs, pods: pods)
        let controller = Controller(name: "batch", reconciler: reconciler, environment: cluster.environment)
            .watches(jobs).owns(pods, ownedBy: ConfigMap.self)
        return (controller, reconciler)
    }

    func count(_ name: String) -> Int { jobs.get(ObjectKey(namespace: "jobs", name: name)).map(count) ?? 0 }

    private func count(_ job: ConfigMap) -> Int { job.data?["count"].flatMap { Int($0) } ?? 0 }

    func reconcile(_ key: ObjectKey, context: ReconcileContext) async throws -> ReconcileResult {
        guard var job = jobs.get(key), job.data?["kind"] == "batch" else { return .done }
        let name = "\(key.name)-\(count(job))"
        guard let pod = pods.get(ObjectKey(namespace: key.namespace, name: name)) else {
            var pod = Pod(metadata: ObjectMeta(name: name, namespace: key.namespace))
            pod.spec = PodSpec(containers: [Container(name: "task", image: "none")], restartPolicy: "Never")
            try pod.metadata.setControllerReference(to: job)
            context.wrote(try await client.create(pod))
            return .done
        }
        guard pod.status?.phase == "Succeeded" else { return .done }
        let next = count(job) + 1
        job.data?["count"] = "\(next)"
        context.wrote(try await client.replace(job))
        return .done
    }
}
