// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import EmbeddedCluster
import KubernetesClient
import KubernetesCore
import KubernetesMeta
import Logging

/// How long the embedded cluster takes from nothing to its first answer, in memory and in this process.
enum ClusterBenchmark {
    static func run() async throws -> [Row] {
        let clock = ContinuousClock()
        var samples: [Duration] = []
        for _ in 0..<5 {
            let begin = clock.now
            let cluster = try EmbeddedCluster()
            let client = KubernetesClient(transport: cluster.transport(), logger: Logger(label: "benchmark"))
            keep(try await client.get(Namespace.self, name: "default"))
            samples.append(clock.now - begin)
            await cluster.shutdown()
        }
        // The first one reads the schemas of the built-in kinds; a process pays for that once.
        return [
            Row(
                name: "embedded cluster: cold start",
                unit: "ms",
                ours: samples[0] / .milliseconds(1),
                other: nil,
                isMoreBetter: false
            )
        ]
    }
}
