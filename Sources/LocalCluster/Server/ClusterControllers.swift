// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import EmbeddedCluster
import ServiceLifecycle

/// The embedded cluster's own controllers as a service. They stop last, after everybody who uses them.
struct ClusterControllers: Service {
    let cluster: EmbeddedCluster

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await cluster.run() }
        } catch is CancellationError where Task.isShuttingDownGracefully {}
    }
}
