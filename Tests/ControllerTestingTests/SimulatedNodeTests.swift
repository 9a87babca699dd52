// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import EmbeddedCluster
import KubernetesClient
import KubernetesCore
import KubernetesMeta
import Logging
import Testing

@Suite("A simulated node in an embedded cluster", .timeLimit(.minutes(1)))
struct SimulatedNodeTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test("pods are scheduled, run and end as scripted, and an hour takes no time")
    func pods() async throws {
        let clock = ManualClock()
        let cluster = try EmbeddedCluster(options: EmbeddedClusterOptions(clock: clock.clusterClock))
        let client = KubernetesClient(transport: cluster.transport(), logger: logger)
        let environment = RuntimeEnvironment(time: clock.timeSource, random: .seeded(1), logger: logger)
        let node = SimulatedNode(client: client, environment: environment) { pod in
            switch pod.metadata.name {
            case "good": .exits(0, after: .seconds(3600), message: "{}")
            default: .exits(7, after: .seconds(10))
            }
        }
        let informer = Informer<Pod>(client: client, environment: environment)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await cluster.run() }
            group.addTask { try await node.run() }
            group.addTask { try await informer.run() }
            defer { group.cancelAll() }
            for name in ["good", "bad"] {
                var pod = Pod(metadata: ObjectMeta(name: name, namespace: "default"))
                pod.spec = PodSpec(containers: [Container(name: "task", image: "none")], restartPolicy: "Never")
                _ = try await client.create(pod)
            }
            try await phases(informer) { $0["good"] == "Running" && $0["bad"] == "Running" }
            clock.advance(by: .seconds(10))
            try await phases(informer) { $0["bad"] == "Failed" && $0["good"] == "Running" }
            clock.advance(by: .seconds(3590))
            try await phases(informer) { $0["good"] == "Succeeded" }
            let terminated = informer.get(ObjectKey(namespace: "default", name: "good"))?.status?.containerStatuses?.first?.state?
                .terminated
            #expect(terminated?.message == "{}")
            try await client.delete(Pod.self, name: "good", namespace: "default")
            try await phases(informer) { $0["good"] == nil }
        }
        await cluster.shutdown()
    }

    private func phases(_ informer: Informer<Pod>, _ condition: ([String: String]) -> Bool) async throws {
        for await _ in informer.changes() {
            let phases = informer.list().map { ($0.metadata.name ?? "", $0.status?.phase ?? "") }
            if condition(Dictionary(uniqueKeysWithValues: phases)) { return }
        }
    }
}
