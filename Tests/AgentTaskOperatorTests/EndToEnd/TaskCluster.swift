// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import ControllerRuntime
import ControllerTesting
import EmbeddedCluster
import KubernetesAPIExtensions
import KubernetesClient
import KubernetesCore
import KubernetesEvents
import KubernetesJSON
import KubernetesMeta
import KubernetesNetworking
import Logging
import Testing

/// A simulated cluster that knows AgentTasks, and what a test does in it as a user.
struct TaskCluster: Sendable {
    static let namespace = "team"

    let cluster: SimulatedCluster
    var admin: KubernetesClient { cluster.admin }

    /// Runs `body` in a new cluster.
    ///
    /// - Parameters:
    ///   - script: What happens to pods on the one node; nil for a cluster without a node.
    ///   - profiles: Whether the API of RuntimeProfiles is installed.
    ///   - options: Chaos, a seed.
    ///   - body: The test; it starts the operator.
    static func run(
        _ script: (@Sendable (Pod) -> PodScript)? = { _ in .exits(0, after: .seconds(10)) },
        profiles: Bool = true,
        options: SimulatedClusterOptions = SimulatedClusterOptions(),
        _ body: @escaping @Sendable (TaskCluster) async throws -> Void
    ) async throws {
        try await SimulatedCluster.run(options) { cluster in
            let tasks = TaskCluster(cluster: cluster)
            try await tasks.install(AgentTask.self)
            if profiles { try await tasks.install(RuntimeProfile.self) }
            _ = try await cluster.admin.create(Namespace(metadata: ObjectMeta(name: namespace)))
            if let script {
                cluster.start(SimulatedNode(client: cluster.admin, environment: cluster.environment, script: script))
            }
            try await body(tasks)
        }
    }

    /// A client of a process that dies as its transport does. The cluster's script of faults works on it too.
    func client(over dying: DyingTransport) -> KubernetesClient {
        let time = cluster.clock.timeSource
        let transport = FaultTransport(dying, script: cluster.faults, time: time)
        let quiet = Logger(label: "dying") { _ in SwiftLogNoOpLogHandler() }
        return KubernetesClient(transport: transport, retryPolicy: .default, logger: quiet) { try await time.sleep(for: $0) }
    }

    // MARK: What an admin does

    /// Installs the kind, and waits until it is served.
    func install<R: CustomResource>(_ kind: R.Type) async throws {
        _ = try await admin.create(R.customResource.definition)
        try await cluster.wait(for: "the API of \(R.plural)") {
            do throws(ClientError) { return try await admin.list(R.self).items.isEmpty } catch {
                return false
            }
        }
    }

    /// Makes a RuntimeProfile.
    @discardableResult
    func profile(
        _ name: String = "own",
        image: String = "example/python:1",
        _ change: (inout RuntimeProfileSpec) -> Void = { _ in }
    ) async throws -> RuntimeProfile {
        var profile = RuntimeProfile(metadata: ObjectMeta(name: name), spec: RuntimeProfileSpec(image: image))
        change(&profile.spec)
        return try await admin.create(profile)
    }

    // MARK: What a user does

    /// A task that may run for 60 s and has 30 s to start.
    @discardableResult
    func submit(_ name: String = "t", _ change: (inout AgentTask) -> Void = { _ in }) async throws -> AgentTask {
        var task = AgentTask(
            metadata: ObjectMeta(name: name, namespace: Self.namespace),
            spec: AgentTaskSpec(
                runtimeProfile: "python3.11",
                code: TaskCode(source: "print(1)"),
                timeoutSeconds: 60,
                startupTimeoutSeconds: 30
            )
        )
        change(&task)
        return try await admin.create(task)
    }

    /// Changes the task's spec by a merge patch.
    func change(_ name: String = "t", spec: JSONValue) async throws {
        _ = try await admin.patch(AgentTask.self, name: name, namespace: Self.namespace, .merge(["spec": spec]))
    }

    func cancel(_ name: String = "t") async throws { try await change(name, spec: ["canceled": true]) }

    func task(_ name: String = "t") async throws -> AgentTask {
        try await admin.get(AgentTask.self, name: name, namespace: Self.namespace)
    }

    func status(_ name: String = "t") async throws -> AgentTaskStatus { try await task(name).status ?? AgentTaskStatus() }

    /// Waits for one of the phases.
    @discardableResult
    func wait(
        _ name: String = "t",
        for phases: TaskPhase...,
        upTo limit: Duration = .seconds(600)
    ) async throws -> AgentTaskStatus {
        let names = phases.map(\.rawValue)
        try await cluster.wait(upTo: limit, for: "phase \(names) of \(name)") {
            names.contains(try await status(name).phase ?? "")
        }
        return try await status(name)
    }

    /// Waits until the task has ended.
    @discardableResult
    func waitForEnd(_ name: String = "t", upTo limit: Duration = .seconds(3600)) async throws -> AgentTaskStatus {
        try await cluster.wait(upTo: limit, for: "the end of \(name)") { try await task(name).status?.completionTime != nil }
        return try await status(name)
    }

    // MARK: What is there

    func pods() async throws -> [Pod] {
        try await admin.list(Pod.self, namespace: Self.namespace).items.sorted { $0.metadata.name ?? "" < $1.metadata.name ?? "" }
    }

    func pod(_ name: String = "t-pod") async throws -> Pod? { try await pods().first { $0.metadata.name == name } }

    /// A finalizer keeps the pod's object, so that the operator sees what becomes of it.
    func keepPod(_ name: String = "t-pod") async throws {
        _ = try await admin.patch(
            Pod.self,
            name: name,
            namespace: Self.namespace,
            .merge(["metadata": ["finalizers": ["test.agenttask.io/keep"]]])
        )
    }

    func deletePod(_ name: String = "t-pod") async throws {
        try await admin.delete(Pod.self, name: name, namespace: Self.namespace)
    }

    /// Writes a pod's status as a node or controller of the cluster would.
    func change(pod name: String = "t-pod", status: JSONValue) async throws {
        _ = try await admin.patch(
            Pod.self,
            name: name,
            namespace: Self.namespace,
            .strategicMerge(["status": status]),
            subresource: "status"
        )
    }

    /// Pods that run, or would when a node took them.
    func livePods() async throws -> [String] {
        try await pods().filter { !["Succeeded", "Failed"].contains($0.status?.phase) }.map { $0.metadata.name ?? "" }
    }

    func policies() async throws -> [String] {
        try await admin.list(NetworkPolicy.self, namespace: Self.namespace).items.compactMap(\.metadata.name).sorted()
    }

    /// The reasons of a task's events.
    func events(_ name: String = "t") async throws -> [String] {
        try await admin.list(KubernetesEvents.Event.self, namespace: Self.namespace).items
            .filter { $0.regarding?.name == name && $0.regarding?.kind == "AgentTask" }.compactMap(\.reason)
    }
}
