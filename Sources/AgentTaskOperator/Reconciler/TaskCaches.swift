// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import ControllerRuntime
import KubernetesClient
import KubernetesCore
import KubernetesMeta
import KubernetesNetworking

/// What the reconciler reads: tasks, and of pods and policies only those that carry the operator's label. One set of informers serves all
/// namespaces, or one each of the namespaces that the operator was given.
struct TaskCaches: Sendable {
    /// The informers of one namespace, or of all.
    struct Set: Sendable {
        let tasks: Informer<AgentTask>
        let pods: Informer<Pod>
        let policies: Informer<NetworkPolicy>

        init(client: KubernetesClient, namespace: String?, environment: RuntimeEnvironment) {
            let managed = InformerOptions(labelSelector: "\(TaskNames.managedLabel)=true")
            tasks = Informer(client: client, namespace: namespace, environment: environment)
            pods = Informer(client: client, namespace: namespace, options: managed, environment: environment)
            policies = Informer(client: client, namespace: namespace, options: managed, environment: environment)
        }
    }

    /// By namespace; nil is the set of all.
    private let sets: [String?: Set]

    init(client: KubernetesClient, namespaces: [String]?, environment: RuntimeEnvironment) {
        let names: [String?] = namespaces ?? [nil]
        sets = Dictionary(names.map { ($0, Set(client: client, namespace: $0, environment: environment)) }) { first, _ in first }
    }

    var all: [Set] { Array(sets.values) }

    func task(_ key: ObjectKey) -> AgentTask? { set(key.namespace)?.tasks.get(key) }

    func pod(_ name: String, of task: AgentTask) -> Pod? {
        set(task.metadata.namespace)?.pods.get(ObjectKey(namespace: task.metadata.namespace, name: name))
    }

    /// Whether a policy of this name is cached and denies what it should.
    func hasIntactPolicy(_ desired: NetworkPolicy) -> Bool {
        let key = ObjectKey(namespace: desired.metadata.namespace, name: desired.metadata.name ?? "")
        return set(key.namespace)?.policies.get(key).map { PolicyBuilder.isIntact($0, desired: desired) } ?? false
    }

    private func set(_ namespace: String?) -> Set? { sets[nil] ?? sets[namespace] }
}
