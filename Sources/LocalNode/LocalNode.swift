// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import ControllerRuntime
package import KubernetesClient
import KubernetesCore
import KubernetesMeta
import Logging

/// A node of the cluster that runs pods as sandboxed processes of this host.
///
/// It takes the pods that are bound to its name, and behaves as a kubelet does for what it supports: one container, no restarts, the
/// volumes that hold data. Made, run once; when `run()` ends, so does every sandbox.
package actor LocalNode {
    private let client: KubernetesClient
    private let options: LocalNodeOptions
    private let environment: RuntimeEnvironment
    private let state: NodeState
    private let host: SandboxHost
    private let catalog: InterpreterCatalog
    private let capacity: HostCapacity
    private let runtime: PodRuntime
    private let pods: Informer<Pod>
    private let controller: Controller<PodRuntime>

    /// Checks the host and prepares the node; nothing runs yet.
    ///
    /// - Throws: `LocalNodeError` that says what the host lacks.
    package static func make(
        client: KubernetesClient,
        options: LocalNodeOptions,
        environment: RuntimeEnvironment = RuntimeEnvironment()
    ) async throws(LocalNodeError) -> LocalNode {
        try LocalNode(client: client, options: options, environment: environment, bubblewrap: try await SandboxPreflight.check())
    }

    /// - Parameter bubblewrap: What `SandboxPreflight.check()` answered.
    package init(
        client: KubernetesClient,
        options: LocalNodeOptions,
        environment: RuntimeEnvironment = RuntimeEnvironment(),
        bubblewrap: String
    ) throws(LocalNodeError) {
        self.client = client
        self.options = options
        self.environment = environment
        let time = environment.time
        let state = try NodeState(directory: options.stateDirectory)
        let host = try SandboxHost(bubblewrap: bubblewrap, name: options.name) {
            MicroTime(microseconds: time.wallNow().microseconds)
        }
        let catalog = InterpreterCatalog(table: options.interpreters) { await InterpreterVersion.ask($0, host: host) }
        let capacity = HostCapacity.current(pods: options.maximumPods)
        let pods = Informer<Pod>(
            client: client,
            options: InformerOptions(fieldSelector: "spec.nodeName=\(options.name)"),
            environment: environment
        )
        let ended = EndedPods()
        let runtime = PodRuntime(
            client: client,
            pods: pods,
            state: state,
            host: host,
            catalog: catalog,
            capacity: capacity,
            defaults: PodPlanner.Defaults(
                processes: options.maximumProcesses,
                scratch: options.defaultScratch,
                memory: options.defaultMemory
            ),
            time: time,
            enqueue: { ended.tell($0) }
        )
        let controller = Controller(
            name: "local-node",
            reconciler: runtime,
            options: ControllerOptions(workers: options.workers),
            environment: environment
        )
        controller.watches(pods)
        ended.forward(to: controller.queue)
        self.state = state
        self.host = host
        self.catalog = catalog
        self.capacity = capacity
        self.runtime = runtime
        self.pods = pods
        self.controller = controller
    }

    /// Profiles that this host can run, in the table's order.
    package func runnableProfiles() async -> [String] { await catalog.profiles() }

    /// Joins the cluster and runs pods until canceled. Every sandbox ends with it.
    package func run() async throws {
        defer { host.stop() }
        state.sweep()
        let (name, capacity, boundsProcessors) = (options.name, capacity, host.boundsProcessors)
        let profiles = await catalog.profiles()
        let publisher = NodePublisher(client: client, name: name, time: environment.time, logger: environment.logger) { now in
            NodeObject(name: name, capacity: capacity, profiles: profiles, boundsProcessors: boundsProcessors, now: now)
        }
        try await publisher.publish()
        try await withThrowingTaskGroup(of: Void.self) { [environment, pods, controller] group in
            group.addTask { await environment.timer.run() }
            group.addTask { try await publisher.run() }
            group.addTask { try await pods.run() }
            group.addTask { try await controller.run() }
            group.addTask { try await self.removeLeftovers() }
            defer { group.cancelAll() }
            while try await group.next() != nil {
                if Task.isCancelled { return }
            }
        }
    }

    /// Removes what is kept of pods that were deleted while no node ran.
    private func removeLeftovers() async throws {
        try await pods.waitUntilSynced()
        let known = Set(pods.list().compactMap(\.metadata.uid))
        for uid in state.uids() where !known.contains(uid) {
            if await runtime.record(uid: uid) == nil { state.remove(uid: uid) }
        }
        // Ends with the node, not before: the other parts of the group go on.
        try await environment.time.sleepUntil(.distantFuture)
    }

    // MARK: Logs

    /// The log of a pod's container.
    ///
    /// - Throws: `LocalNodeError` with the codes `notFound` and `notStarted`.
    package func logs(podUID: String, container: String, query: LogQuery) async throws(LocalNodeError) -> HTTPBody {
        guard let record = await runtime.record(uid: podUID) else {
            throw LocalNodeError(.notFound, "pod \(podUID) is not on node \(options.name)")
        }
        guard let log = record.snapshot.log else {
            throw LocalNodeError(
                .notStarted,
                "container \"\(container)\" in pod \"\(record.key.name)\" is waiting to start: ContainerCreating"
            )
        }
        return LogBody.make(log, query)
    }
}
