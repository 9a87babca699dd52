// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import ControllerRuntime
import ControllerTesting
import KubernetesClient
import KubernetesCore
import KubernetesJSON
import KubernetesMeta
import Testing

@testable import AgentTaskOperator

@Suite("Attempts of a task", .timeLimit(.minutes(1)))
struct RetryTests {
    @Test("are made after 10 s, 20 s and so on up to six minutes")
    func backoff() {
        #expect((1...10).map { TaskStateMachine.backoff(after: $0) } == [10, 20, 40, 80, 160, 320, 360, 360, 360, 360])
    }

    @Test("are made after the failures that the policy names, and as often as the limit says", arguments: FailureReason.allCases)
    func policies(reason: FailureReason) {
        let infrastructure: [FailureReason] = [.evicted, .preempted, .nodeLost, .podMissing, .startupTimeout, .imagePullFailed]
        let program: [FailureReason] = [.podFailed, .oomKilled, .startError]
        let rows: [(policy: String?, reasons: [FailureReason])] = [
            (nil, infrastructure), ("OnInfrastructureFailure", infrastructure), ("Never", []),
            ("OnFailure", infrastructure + program),
        ]
        for row in rows {
            for (limit, attempts, canceled) in [(2, 2, false), (2, 3, false), (0, 1, false), (2, 1, true)]
                as [(Int32, Int32, Bool)]
            {
                let task = TaskStateMachineTests.admitted {
                    $0.spec.retryPolicy = row.policy
                    $0.spec.backoffLimit = limit
                    $0.spec.canceled = canceled ? true : nil
                    $0.status?.attempts = attempts
                }
                let isExpected = row.reasons.contains(reason) && attempts <= limit && !canceled
                #expect(TaskStateMachine().mayTryAgain(task, after: reason) == isExpected, "\(row.policy ?? "") \(attempts)")
            }
        }
    }

    /// The first attempts run until somebody ends them, the last one succeeds.
    private static func succeeding(at attempt: Int) -> @Sendable (Pod) -> PodScript {
        { pod in
            pod.metadata.name == "t-pod-\(attempt)" ? .exits(0, after: .seconds(10), message: "[\(attempt)]") : .runs()
        }
    }

    @Test("follow each other with a pod each, wait longer each time, and the status is that of the last")
    func attempts() async throws {
        try await TaskCluster.run(Self.succeeding(at: 2)) { tasks in
            let cluster = tasks.cluster
            let runner = try RunningOperator(in: cluster, flags: ["--finished-pod-retention", "100"])
            try await tasks.submit { $0.spec.backoffLimit = 3 }
            for (attempt, wait) in [(0, 10), (1, 20)] as [(Int, Int64)] {
                let name = attempt == 0 ? "t-pod" : "t-pod-\(attempt)"
                try await cluster.wait(for: "attempt \(attempt)") {
                    let status = try await tasks.status()
                    return status.phase == "Running" && status.podRef?.name == name
                }
                try await tasks.change(pod: name, status: ["phase": "Failed", "reason": "Evicted", "message": "no room"])
                let between = try await tasks.wait(for: .pending)
                #expect(between.attempts == Int32(attempt + 1))
                #expect(between.reason == "Evicted")
                #expect(between.completionTime == nil)
                #expect(between.condition(.admitted)?.reason == "Retrying")
                #expect(between.condition(.finished)?.status == "False")
                let ended = cluster.clock.wallNow.seconds
                let next = try await tasks.wait(for: .scheduled, .running)
                let waited = cluster.clock.wallNow.seconds - ended
                #expect(waited == wait || waited == wait + 1)
                #expect(next.exitCode == nil)
                #expect(next.reason == nil)
            }
            let status = try await tasks.waitForEnd()
            #expect(status.phase == "Succeeded")
            #expect(status.attempts == 3)
            #expect(status.podRef?.name == "t-pod-2")
            #expect(status.result?.json == [2])
            #expect(runner.count(phase: "Succeeded", reason: "") == 1)
            #expect(runner.count(phase: "Failed", reason: "Evicted") == 0)
            #expect(try await tasks.pods().map(\.metadata.name) == ["t-pod", "t-pod-1", "t-pod-2"])
            let environment = try await tasks.pod("t-pod-2")?.spec?.containers.first?.env
            #expect(environment?.first { $0.name == "AGENTTASK_ATTEMPT" }?.value == "3")
            try await cluster.wait(for: "the event") { try await tasks.events().contains("Retrying") }
            try await cluster.advance(by: .seconds(102))
            #expect(try await tasks.pods().isEmpty)
        }
    }

    @Test("end with the reason of the last one when there are no more")
    func exhausted() async throws {
        try await TaskCluster.run({ _ in .exits(3, after: .seconds(1)) }) { tasks in
            _ = try RunningOperator(in: tasks.cluster)
            try await tasks.submit {
                $0.spec.backoffLimit = 2
                $0.spec.retryPolicy = "OnFailure"
            }
            let status = try await tasks.waitForEnd()
            #expect(status.reason == "PodFailed")
            #expect(status.exitCode == 3)
            #expect(status.attempts == 3)
            #expect(try await tasks.pods().count == 3)
        }
    }

    @Test("are not made after a timeout")
    func timeout() async throws {
        try await TaskCluster.run({ _ in .runs() }) { tasks in
            _ = try RunningOperator(in: tasks.cluster)
            try await tasks.submit {
                $0.spec.backoffLimit = 2
                $0.spec.retryPolicy = "OnFailure"
            }
            let status = try await tasks.waitForEnd()
            #expect(status.phase == "Timeout")
            #expect(status.attempts == 1)
        }
    }

    @Test("have a start-up deadline each")
    func startup() async throws {
        try await TaskCluster.run(nil) { tasks in
            _ = try RunningOperator(in: tasks.cluster)
            try await tasks.submit { $0.spec.backoffLimit = 1 }
            let status = try await tasks.waitForEnd()
            #expect(status.reason == "StartupTimeout")
            #expect(status.attempts == 2)
            let taken = try #require(status.completionTime).seconds - (try #require(status.startTime).seconds)
            // Twice the start-up deadline of 31 s, and the wait of 11 s between.
            #expect((73...75).contains(taken), "ended after \(taken) s")
        }
    }

    @Test("that end between two keep the result of the last one")
    func resultBetween() async throws {
        try await TaskCluster.run({ _ in .exits(3, after: .seconds(10), message: "[1]") }) { tasks in
            _ = try RunningOperator(in: tasks.cluster)
            try await tasks.submit {
                $0.spec.backoffLimit = 3
                $0.spec.retryPolicy = "OnFailure"
            }
            try await tasks.cluster.wait(for: "the first failure") {
                let status = try await tasks.status()
                return status.attempts == 1 && status.reason == "PodFailed"
            }
            try await tasks.cancel()
            let status = try await tasks.waitForEnd(upTo: .seconds(5))
            #expect(status.phase == "Canceled")
            #expect(status.result?.json == [1])
            #expect(status.condition(.resultAvailable)?.status == "True")
        }
    }

    @Test("stop when the task is canceled between two of them")
    func cancelBetween() async throws {
        try await TaskCluster.run({ _ in .runs() }) { tasks in
            _ = try RunningOperator(in: tasks.cluster)
            try await tasks.submit { $0.spec.backoffLimit = 3 }
            try await tasks.wait(for: .running)
            try await tasks.deletePod()
            try await tasks.wait(for: .pending)
            try await tasks.cancel()
            #expect(try await tasks.waitForEnd(upTo: .seconds(5)).phase == "Canceled")
            try await tasks.cluster.advance(by: .seconds(600))
            #expect(try await tasks.pods().isEmpty)
        }
    }

    @Test("are not held back by suspend, and a restart between two of them loses no time")
    func restartBetween() async throws {
        try await TaskCluster.run(Self.succeeding(at: 1)) { tasks in
            let cluster = tasks.cluster
            let first = try RunningOperator(in: cluster)
            try await tasks.submit { $0.spec.backoffLimit = 3 }
            try await tasks.wait(for: .running)
            try await tasks.deletePod()
            try await tasks.wait(for: .pending)
            let ended = cluster.clock.wallNow.seconds
            try await tasks.change(spec: ["suspend": true])
            try await cluster.advance(by: .seconds(4))
            await first.stop()
            _ = try RunningOperator(in: cluster)
            try await tasks.wait(for: .scheduled, .running)
            let waited = cluster.clock.wallNow.seconds - ended
            #expect(waited == 10 || waited == 11)
            #expect(try await tasks.waitForEnd().phase == "Succeeded")
        }
    }
}
