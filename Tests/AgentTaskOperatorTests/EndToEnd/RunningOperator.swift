// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskOperator
import ArgumentParser
import ControllerRuntime
import ControllerTesting
import KubernetesClient

/// An operator in a simulated cluster, as a process of its own would be: with its own caches, metrics and timer.
struct RunningOperator: Sendable {
    let environment: RuntimeEnvironment
    private let manager: Manager
    private let ended = Latch<Void>()

    /// Starts one.
    ///
    /// - Parameters:
    ///   - client: Its way to the API server; nil for the one on which the cluster's script of faults works.
    ///   - flags: Its flags.
    init(in cluster: SimulatedCluster, client: KubernetesClient? = nil, flags: [String] = []) throws {
        environment = RuntimeEnvironment(
            time: cluster.clock.timeSource,
            random: .seeded(cluster.seed),
            logger: cluster.environment.logger,
            executor: cluster.environment.executor
        )
        let none = ["--metrics-bind-address", "0", "--health-probe-bind-address", "0"]
        let made = try Operator(
            client: client ?? cluster.client,
            options: try OperatorOptions.parse(none + flags),
            environment: environment
        )
        manager = made.manager
        cluster.start("operator") { [ended] in
            defer { ended.open(()) }
            try await made.run()
        }
    }

    /// Lets it end, and waits for that.
    func stop() async {
        manager.stop("the test says so")
        _ = await ended.wait()
    }

    /// How many tasks it says have ended so.
    func count(phase: String, reason: String) -> Double {
        MetricSnapshot(of: environment.metrics)["agenttask_total_tasks", ["phase": phase, "reason": reason]] ?? 0
    }
}
