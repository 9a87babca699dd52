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
        /// The ConfigMaps of profiles; nil when those of a task's namespace do not count.
        let profiles: Informer<ConfigMap>?

        init(client: KubernetesClient, namespace: String?, namespacedProfiles: Bool, environment: RuntimeEnvironment) {
            let managed = InformerOptions(labelSelector: "\(TaskNames.managedLabel)=true")
            tasks = Informer(
                client: client,
                namespace: namespace,
                transform: .droppingManagedFields,
                environment: environment
            )
            pods = Informer(
                client: client,
                namespace: namespace,
                options: managed,
                transform: .observed,
                environment: environment
            )
            policies = Informer(
                client: client,
                namespace: namespace,
                options: managed,
                transform: .droppingManagedFields,
                environment: environment
            )
            profiles =
                namespacedProfiles
                ? Informer(client: client, namespace: namespace, options: TaskCaches.onlyProfiles, environment: environment) : nil
        }
    }

    /// By namespace; nil is the set of all.
    private let sets: [String?: Set]

    /// The namespace of the operator, whose profiles all tasks may use.
    let operatorNamespace: String
    /// The ConfigMap of profiles in the operator's namespace.
    let installationProfiles: Informer<ConfigMap>
    /// The RuntimeProfiles. A cluster may lack their CustomResourceDefinition, so nothing waits for them.
    let runtimeProfiles: Informer<RuntimeProfile>

    private static let onlyProfiles = InformerOptions(fieldSelector: "metadata.name=\(ProfileResolution.configMapName)")

    /// - Parameters:
    ///   - namespaces: Those to serve, nil for all.
    ///   - operatorNamespace: Where the operator is installed.
    ///   - namespacedProfiles: Whether the ConfigMap of profiles in a task's own namespace counts.
    init(
        client: KubernetesClient,
        namespaces: [String]?,
        operatorNamespace: String,
        namespacedProfiles: Bool,
        environment: RuntimeEnvironment
    ) {
        let names: [String?] = namespaces ?? [nil]
        let made = names.map {
            ($0, Set(client: client, namespace: $0, namespacedProfiles: namespacedProfiles, environment: environment))
        }
        sets = Dictionary(made) { first, _ in first }
        self.operatorNamespace = operatorNamespace
        installationProfiles = Informer(
            client: client,
            namespace: operatorNamespace,
            options: Self.onlyProfiles,
            environment: environment
        )
        runtimeProfiles = Informer(client: client, transform: .droppingManagedFields, environment: environment)
    }

    /// The ConfigMaps in which a profile of a task in this namespace is looked for.
    func configuredProfiles(namespace: String) -> (installation: ConfigMap?, namespace: ConfigMap?) {
        let name = ProfileResolution.configMapName
        return (
            installationProfiles.get(ObjectKey(namespace: operatorNamespace, name: name)),
            set(namespace)?.profiles?.get(ObjectKey(namespace: namespace, name: name))
        )
    }

    /// Whether the ConfigMap of profiles in this namespace counts.
    func hasProfiles(namespace: String) -> Bool { set(namespace)?.profiles != nil }

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
