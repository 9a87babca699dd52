// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import EmbeddedCluster
import Glibc
import KubernetesClient
import KubernetesCore
import KubernetesMeta
import Logging
import Testing

@testable import LocalNode

/// A cluster in this process with a real local node.
struct NodeFixture: Sendable {
    let cluster: EmbeddedCluster
    let client: KubernetesClient
    let directory: String
    static let namespace = "team"

    /// Runs `body` beside a cluster and a node, and ends both.
    static func run(_ body: @escaping @Sendable (NodeFixture, LocalNode) async throws -> Void) async throws {
        try await runCluster { fixture in try await fixture.withNode { try await body(fixture, $0) } }
    }

    /// Runs `body` beside a cluster.
    static func runCluster(_ body: @escaping @Sendable (NodeFixture) async throws -> Void) async throws {
        var template = Array("/tmp/agenttask-e2e-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { Directory.remove(directory) }
        let cluster = try EmbeddedCluster()
        let client = KubernetesClient(
            transport: cluster.transport(),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        let fixture = NodeFixture(cluster: cluster, client: client, directory: directory)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await cluster.run() }
            _ = try await client.create(Namespace(metadata: ObjectMeta(name: namespace)))
            try await body(fixture)
            await cluster.shutdown()
            group.cancelAll()
        }
    }

    /// Runs `body` beside a node of this cluster; another call is the node's next process.
    func withNode(_ body: @escaping @Sendable (LocalNode) async throws -> Void) async throws {
        let environment = RuntimeEnvironment(logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        let node = try await LocalNode.make(client: client, options: options, environment: environment)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await node.run() }
            try await body(node)
            group.cancelAll()
        }
    }

    private var options: LocalNodeOptions {
        LocalNodeOptions(
            stateDirectory: directory,
            interpreters: HostInterpreters(entries: [
                .init(
                    image: "python:3.11-slim",
                    profile: "python",
                    candidates: ["python3.11", "python3"],
                    installHint: "install Python"
                ),
                .init(
                    image: "python:2.7",
                    profile: "python2",
                    candidates: ["python2.7"],
                    installHint: "install Python 2.7 from a museum"
                ),
            ])
        )
    }

    /// Creates a task pod with this program.
    @discardableResult
    func createPod(
        _ name: String,
        _ program: String,
        image: String = "python:3.11-slim",
        command: String = #"["python3", "/workspace/main.py"]"#,
        extraSpec: String = ""
    ) async throws -> Pod {
        _ = try await client.create(
            ConfigMap(metadata: ObjectMeta(name: "\(name)-code", namespace: Self.namespace), data: ["main.py": program])
        )
        var pod = try PodFixtures.taskPod(name: name, image: image, command: command, extraSpec: extraSpec)
        pod.metadata.uid = nil
        pod.spec?.nodeName = nil
        pod.spec?.volumes?[0].projected?.sources?[0].configMap?.name = "\(name)-code"
        return try await client.create(pod)
    }

    /// Waits until the pod is as wanted; nil stands for a pod that is gone.
    @discardableResult
    func wait(_ name: String, until isWanted: @escaping @Sendable (Pod?) -> Bool) async throws -> Pod? {
        while true {
            let list = try await client.list(
                Pod.self,
                namespace: Self.namespace,
                options: ListOptions(fieldSelector: "metadata.name=\(name)")
            )
            if isWanted(list.items.first) { return list.items.first }
            let watch = try await client.watch(
                Pod.self,
                namespace: Self.namespace,
                options: WatchOptions(resourceVersion: list.metadata.resourceVersion, fieldSelector: "metadata.name=\(name)")
            )
            while let batch = try await watch.nextBatch() {
                for event in batch {
                    switch event {
                    case .added(let pod), .modified(let pod): if isWanted(pod) { return pod }
                    case .deleted: if isWanted(nil) { return nil }
                    case .bookmark, .error: break
                    }
                }
            }
        }
    }

    /// Waits for the pod's end.
    func end(_ name: String) async throws -> (pod: Pod, terminated: ContainerStateTerminated?) {
        let pod = try await wait(name) { ["Succeeded", "Failed"].contains($0?.status?.phase ?? "") }
        let found = try #require(pod)
        return (found, found.status?.containerStatuses?.first?.state?.terminated)
    }

    /// The pod's log as the node gives it.
    func log(_ pod: Pod, _ node: LocalNode, _ query: LogQuery = LogQuery()) async throws -> String {
        let body = try await node.logs(podUID: pod.metadata.uid ?? "", container: "task", query: query)
        return String(decoding: try await body.collect(upTo: 1 << 20), as: UTF8.self)
    }
}
