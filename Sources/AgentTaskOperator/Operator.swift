// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
public import ControllerRuntime
import ControllerServing
public import KubernetesClient
import KubernetesMeta
import KubernetesNetworking
import Logging

/// The AgentTask operator: informers, queue, reconciler and servers, put together.
public struct Operator: Sendable {
    /// Starts and stops the parts.
    public let manager: Manager

    /// An operator that does nothing before ``run()``.
    ///
    /// - Parameters:
    ///   - client: How to reach the API server.
    ///   - electionClient: The same for the lease, over a transport of its own so that nothing else delays a renewal; nil for `client`.
    ///   - options: The flags.
    ///   - environment: Time, randomness, metrics, health and log; tests put in their own.
    /// - Throws: A ``ServingError`` for a bind address that cannot be read, a `LeaderElectionError` for times that are not safe.
    public init(
        client: KubernetesClient,
        electionClient: KubernetesClient? = nil,
        options: OperatorOptions,
        environment: RuntimeEnvironment
    ) throws {
        manager = Manager(environment: environment, options: options.controller.shutdown.managerOptions)
        self.client = client
        elector =
            options.controller.leaderElection.leaderElect
            ? try LeaderElector(
                client: electionClient ?? client,
                options: options.controller.leaderElection.options(
                    defaultName: "agenttask-operator",
                    defaultNamespace: client.defaultNamespace,
                    identity: LeaderElectionOptions.identity(host: HostName.current, random: environment.random)
                ),
                environment: environment
            ) : nil
        self.options = options
        self.environment = environment
        caches = TaskCaches(
            client: client,
            namespaces: options.namespaceList,
            operatorNamespace: client.defaultNamespace,
            namespacedProfiles: options.allowNamespacedProfiles,
            environment: environment
        )
        profiles = ProfileFinder(client: client, caches: caches)
        let flags = options.controller.serving
        serving = try flags.makeParts(client: client, environment: environment)
        admission = try AdmissionServing(
            flags: options.webhook,
            enablesHTTP2: flags.enableHTTP2,
            client: client,
            profiles: ProfileReview(finder: profiles, allowsAnySecret: options.allowUnverifiedReferences),
            environment: environment
        )
    }

    private let client: KubernetesClient
    private let options: OperatorOptions
    private let environment: RuntimeEnvironment
    private let serving: ServingParts
    private let elector: LeaderElector?
    private let admission: AdmissionServing?
    private let caches: TaskCaches
    private let profiles: ProfileFinder

    /// Adds all parts to ``manager``.
    package func assemble() async throws {
        try await serving.add(to: manager)
        try await admission?.add(to: manager)
        let recorder = EventRecorder(
            client: client,
            controller: "agenttask.io/operator",
            instance: HostName.current,
            environment: environment
        )
        try await manager.add(service: recorder, name: "event recorder")
        let relay = WakeRelay()
        try await manager.add(service: OptionalInformer(caches.runtimeProfiles, environment: environment), name: "profiles")
        if let elector { try await manager.add(elector) }
        let reconciler = AgentTaskReconciler(
            // Where somebody is elected, no write is started but under a term.
            client: elector == nil ? client : client.fenced(environment: environment),
            caches: caches,
            profiles: profiles,
            machine: TaskStateMachine(podRetention: .seconds(options.finishedPodRetention)),
            acceptance: TaskAcceptance(allowsUnverifiedReferences: options.allowUnverifiedReferences),
            registration: admission?.registration,
            supervisors: SupervisorSet(environment: environment) { relay.wake($0) },
            metrics: TaskMetrics(registry: environment.metrics),
            events: TaskEvents(recorder: recorder)
        )
        let controller = Controller(
            name: "agenttask",
            reconciler: reconciler,
            options: ControllerOptions(workers: options.workers),
            environment: environment
        )
        relay.connect(to: controller.queue)
        // Watched so that no task is looked at before they are known; a change is for tasks to come.
        controller.watches(caches.installationProfiles) { _ in [] }
        for set in caches.all {
            if let profiles = set.profiles { controller.watches(profiles) { _ in [] } }
            controller.watches(set.tasks)
            controller.owns(set.pods, ownedBy: AgentTask.self)
            controller.watches(set.policies) { change in Self.tasksWithoutPolicy(change, tasks: set.tasks) }
        }
        try await manager.add(controller)
    }

    /// Runs until the task is canceled or ``manager`` is asked to stop. To be called once.
    public func run() async throws {
        try await assemble()
        try await manager.run()
    }

    /// Runs until SIGTERM or SIGINT, which stop it in order; a second signal ends the process at once.
    public func runUntilSignal() async throws {
        try await assemble()
        try await manager.runUntilSignal()
    }

    /// The tasks that a policy protected before somebody changed or deleted it.
    private static func tasksWithoutPolicy(_ change: ObjectChange<NetworkPolicy>, tasks: Informer<AgentTask>) -> [ObjectKey] {
        guard let old = change.old else { return [] }
        if old.metadata.name == TaskNames.sharedPolicy, let namespace = old.metadata.namespace {
            return tasks.list(namespace: namespace).filter { $0.status?.admittedTime != nil && $0.status?.completionTime == nil }
                .map {
                    ObjectKey(namespace: namespace, name: $0.metadata.name ?? "")
                }
        }
        return old.metadata.labels?[TaskNames.taskLabel].map { [ObjectKey(namespace: old.metadata.namespace, name: $0)] } ?? []
    }
}
