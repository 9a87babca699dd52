// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import ControllerRuntime
public import KubernetesClient
public import KubernetesCore
import KubernetesJSON
import KubernetesMeta
public import ServiceLifecycle

/// A node that plays a kubelet over the API: pods bound to it start, run and end as scripts say, and nothing is executed.
///
/// With a clock moved by hand, hours of pods take milliseconds.
public final class SimulatedNode: ServiceLifecycle.Service {
    /// The node's name.
    public let name: String
    private let client: KubernetesClient
    private let informer: Informer<Pod>
    private let controller: Controller<PodPlayer>
    private let environment: RuntimeEnvironment

    /// A node that does nothing before `run()`.
    ///
    /// - Parameter script: What happens to a pod; asked once for each, when the node first sees it.
    public init(
        name: String = "simulated",
        client: KubernetesClient,
        environment: RuntimeEnvironment = RuntimeEnvironment(),
        script: @escaping @Sendable (Pod) -> PodScript = { _ in PodScript() }
    ) {
        self.name = name
        self.client = client
        self.environment = environment
        let informer = Informer<Pod>(
            client: client,
            options: InformerOptions(fieldSelector: "spec.nodeName=\(name)"),
            environment: environment
        )
        self.informer = informer
        let player = PodPlayer(client: client, informer: informer, timer: environment.timer, script: script)
        let controller = Controller(
            name: "simulated-node-\(name)",
            reconciler: player,
            options: ControllerOptions(workers: 8),
            environment: environment
        ).watches(informer)
        self.controller = controller
        player.connect { [queue = controller.queue] in queue.add($0) }
    }

    /// Registers the node, then plays its pods until the task is canceled.
    public func run() async throws {
        try await register()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.informer.run() }
            group.addTask { try await self.controller.run() }
            try await group.waitForAll()
        }
    }

    /// Creates the Node object, ready and with room for 10,000 pods, unless there is one.
    private func register() async throws {
        let now = environment.time.wallNow().time
        let room = [
            "cpu": Quantity(10_000), "memory": Quantity(1 << 44), "ephemeral-storage": Quantity(1 << 44),
            "pods": Quantity(10_000),
        ]
        let status = NodeStatus(
            allocatable: room,
            capacity: room,
            conditions: [
                NodeCondition(status: "True", type: "Ready", lastHeartbeatTime: now, lastTransitionTime: now, reason: "Simulated")
            ]
        )
        let node = Node(metadata: ObjectMeta(labels: ["kubernetes.io/hostname": name], name: name))
        do throws(ClientError) {
            _ = try await client.create(node)
        } catch {
            // When it was here before, its status is made ready again.
            guard error.isAlreadyExists else { throw error }
        }
        var patch = JSONObject()
        patch["status"] = JSONValue(encoding: status)
        _ = try await client.patch(Node.self, name: name, .merge(.object(patch)), subresource: "status")
    }
}
