// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskOperator
import ControllerRuntime
import KubernetesClient
import KubernetesCore
import LocalNode
import Logging
import ServiceLifecycle

/// The product's part of a local cluster: installs the definitions, then runs node and operator, and says when all are ready.
struct ClusterParts: ServiceLifecycle.Service {
    let client: KubernetesClient
    let node: LocalNode?
    let nodeName: String
    let taskOperator: Operator?
    let replicas: OperatorReplicas?
    let environment: RuntimeEnvironment
    /// Returns when requests are accepted.
    let listening: @Sendable () async throws -> Void
    let onReady: @Sendable () async throws -> Void

    private static let patience: Duration = .seconds(30)

    func run() async throws {
        try await listening()
        try await DefinitionInstaller(client: client, time: environment.time).install()
        replicas?.mayStart.open(())
        try await taskOperator?.assemble()
        try await withThrowingTaskGroup(of: Void.self) { group in
            if let node { group.addTask { try await Self.runUntilShutdown(node) } }
            if let manager = taskOperator?.manager {
                group.addTask { try await manager.run() }
            } else {
                group.addTask { try await gracefulShutdown() }
            }
            try await untilReady()
            try await onReady()
            // The first part that ends takes the others with it, in a graceful shutdown as well as when it fails.
            while try await group.next() != nil {}
        }
    }

    private static func runUntilShutdown(_ node: LocalNode) async throws {
        do {
            try await cancelWhenGracefulShutdown { try await node.run() }
        } catch is CancellationError where Task.isShuttingDownGracefully {}
    }

    /// Waits for what the process itself can see: the node's condition, the operator's checks.
    private func untilReady() async throws {
        let deadline = environment.time.now().advanced(by: Self.patience)
        while let obstacle = try await obstacle() {
            guard environment.time.now() < deadline else { throw LocalClusterError(.notReady, "\(obstacle) in time") }
            try await environment.time.sleep(for: .milliseconds(10))
        }
    }

    private func obstacle() async throws -> String? {
        if node != nil, try await !isNodeReady() { return "the node did not become ready" }
        if taskOperator != nil {
            let report = environment.health.render(.ready, verbose: true)
            if !report.isHealthy {
                return
                    "the operator did not become ready (\(report.text.split(separator: "\n").filter { $0.hasPrefix("[-]") }.joined(separator: ", ")))"
            }
        }
        return await replicas?.obstacle()
    }

    private func isNodeReady() async throws(ClientError) -> Bool {
        do throws(ClientError) {
            let node = try await client.get(Node.self, name: nodeName)
            return node.status?.conditions?.contains { $0.type == "Ready" && $0.status == "True" } == true
        } catch {
            if error.isNotFound { return false }
            throw error
        }
    }
}
