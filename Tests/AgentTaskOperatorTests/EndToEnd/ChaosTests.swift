// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import ControllerRuntime
import ControllerTesting
import EmbeddedCluster
import KubernetesClient
import KubernetesCore
import KubernetesMeta
import Testing

@testable import AgentTaskOperator

@Suite("Tasks of an operator with a bad network", .timeLimit(.minutes(5)))
struct ChaosTests {
    @Test("each end as they should, with one pod for each attempt and nothing left running", arguments: [1, 2, 3, 4] as [UInt64])
    func mixed(seed: UInt64) async throws {
        let script: @Sendable (Pod) -> PodScript = { pod in
            switch pod.metadata.name ?? "" {
            case "bad-pod", "again-pod": .exits(3, after: .seconds(20))
            case "long-pod", "unwanted-pod": .runs(heedsTermination: false)
            case "stuck-pod": PodScript(waitingReason: "ErrImagePull")
            default: .exits(0, after: .seconds(20), message: "{}")
            }
        }
        // One request in five goes wrong, and a watch that was away finds its revision gone.
        let options = SimulatedClusterOptions(
            seed: seed,
            order: .shuffled,
            chaosRate: 0.2,
            history: HistoryLimit(changes: 30)
        )
        let expected = [
            "good": "Succeeded", "bad": "Failed", "again": "Succeeded", "long": "Timeout", "unwanted": "Canceled",
            "stuck": "Failed", "wrong": "Failed",
        ]
        try await TaskCluster.run(script, options: options) { tasks in
            let cluster = tasks.cluster
            // Longer than the test, in which bad luck takes its time: all pods are still there in the end.
            _ = try RunningOperator(in: cluster, flags: ["--finished-pod-retention", "36000"])
            for name in expected.keys.sorted() {
                try await tasks.submit(name) {
                    if name == "wrong" { $0.spec.backend = "sandbox" }
                    guard name == "again" else { return }
                    $0.spec.backoffLimit = 1
                    $0.spec.retryPolicy = "OnFailure"
                }
            }
            try await tasks.wait("unwanted", for: .running)
            try await tasks.cancel("unwanted")
            for (name, phase) in expected {
                #expect(try await tasks.waitForEnd(name, upTo: .seconds(1200)).phase == phase, "\(name)")
            }
            try await cluster.advance(by: .seconds(30))
            #expect(try await tasks.livePods() == [])
            let names = try await tasks.pods().compactMap(\.metadata.name)
            // A pod whose stop is long in being reported is deleted.
            let stopped: Set = ["long-pod", "stuck-pod", "unwanted-pod"]
            #expect(names.filter { !stopped.contains($0) } == ["again-pod", "again-pod-1", "bad-pod", "good-pod"])
        }
    }
}
