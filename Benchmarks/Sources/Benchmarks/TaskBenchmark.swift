// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import ControllerRuntime
import ControllerTesting
import Foundation
import KubernetesClient
import KubernetesMeta
import Logging

/// 1,000 tasks through the operator as a process of its own, over HTTPS to the embedded cluster, on a simulated node.
enum TaskBenchmark {
    private static let count = 1000

    static func run(_ programs: LocalPrograms) async throws -> [Row] {
        try programs.run("agentctl", ["local", "up", "--replicas", "0", "--no-node"])
        let taskOperator = try programs.start(
            "agenttask-operator",
            [
                "--kubeconfig", programs.kubeconfigPath, "--metrics-bind-address", "0", "--health-probe-bind-address", "0",
                "--log-level",
                "error",
            ]
        )
        defer { taskOperator.terminate() }
        let logger = Logger(label: "benchmark") { _ in SwiftLogNoOpLogHandler() }
        let client = try KubernetesClient(
            configuration: try ClientConfiguration.load(kubeconfig: programs.kubeconfigPath),
            logger: logger
        )
        let environment = RuntimeEnvironment(logger: logger)
        let node = SimulatedNode(client: client, environment: environment) { _ in .exits(0) }
        let tasks = Informer<AgentTask>(client: client, environment: environment)
        let elapsed = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await node.run() }
            group.addTask { try await tasks.run() }
            try await tasks.waitUntilSynced()
            let begin = ContinuousClock.now
            try await withThrowingTaskGroup(of: Void.self) { creators in
                for worker in 0..<8 {
                    creators.addTask {
                        for index in stride(from: worker, to: count, by: 8) { keep(try await client.create(task(index))) }
                    }
                }
                try await creators.waitForAll()
            }
            for await _ in tasks.changes() where tasks.list().allSatisfy({ $0.status?.phase == "Succeeded" }) { break }
            group.cancelAll()
            return ContinuousClock.now - begin
        }
        let usage = try ProcessUsage(taskOperator.processIdentifier)
        taskOperator.terminate()
        try programs.run("agentctl", ["local", "down"])
        return [
            Row(name: "tasks, created to Succeeded", unit: "tasks/s", ours: Double(count) / (elapsed / .seconds(1)), other: nil),
            Row(
                name: "operator CPU per task",
                unit: "ms",
                ours: usage.seconds / Double(count) * 1000,
                other: nil,
                isMoreBetter: false
            ),
            Row(
                name: "operator private memory after \(count) tasks",
                unit: "MB",
                ours: usage.privateMegabytes,
                other: nil,
                isMoreBetter: false
            ),
        ]
    }

    private static func task(_ index: Int) -> AgentTask {
        AgentTask(
            metadata: ObjectMeta(name: "task-\(index)", namespace: "default"),
            spec: AgentTaskSpec(runtimeProfile: "python3.11", code: TaskCode(source: "print(\(index))"))
        )
    }
}
