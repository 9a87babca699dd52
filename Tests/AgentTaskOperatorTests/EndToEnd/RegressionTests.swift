// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import ControllerRuntime
import ControllerTesting
import EmbeddedCluster
import HTTPTypes
import KubernetesClient
import KubernetesCore
import KubernetesJSON
import KubernetesMeta
import KubernetesNetworking
import Testing

@testable import AgentTaskOperator

@Suite("Defects that the operator had", .timeLimit(.minutes(1)))
struct RegressionTests {
    /// An operator that dies after it has made a pod and before it can say so, and is gone.
    private func dieAfterMakingPod(_ tasks: TaskCluster, flags: [String] = []) async throws {
        let transport = DyingTransport(tasks.cluster.api.transport()) { write, _ in write.hasSuffix("/pods") }
        let first = try RunningOperator(in: tasks.cluster, client: tasks.client(over: transport), flags: flags)
        try await tasks.cluster.wait(for: "the death of the first operator") { transport.isDead }
        await first.stop()
        #expect(try await tasks.pod() != nil)
        #expect(try await tasks.status().podRef == nil)
    }

    @Test("a pod that was made but not recorded does not run on under a canceled task")
    func unrecordedPodOfCanceledTask() async throws {
        try await TaskCluster.run({ _ in .runs() }) { tasks in
            try await tasks.submit()
            try await dieAfterMakingPod(tasks)
            try await tasks.cancel()
            _ = try RunningOperator(in: tasks.cluster)
            let status = try await tasks.waitForEnd()
            #expect(status.phase == "Canceled")
            #expect(status.podRef?.uid == (try await tasks.pod()?.metadata.uid))
            #expect(try await tasks.livePods() == [])
        }
    }

    @Test("a pod that was made but not recorded does not run on under an invalid task")
    func unrecordedPodOfInvalidTask() async throws {
        try await TaskCluster.run({ _ in .runs() }) { tasks in
            try await tasks.submit {
                $0.spec.code = TaskCode(configMapRef: ConfigMapKeyReference(name: "program", key: "main.py"))
            }
            try await dieAfterMakingPod(tasks, flags: ["--allow-unverified-references"])
            _ = try RunningOperator(in: tasks.cluster)
            let status = try await tasks.waitForEnd()
            #expect(status.phase == "Failed")
            #expect(status.reason == "ValidationFailed")
            #expect(status.podRef?.uid == (try await tasks.pod()?.metadata.uid))
            #expect(try await tasks.livePods() == [])
        }
    }

    @Test("a pod that was made but not recorded is watched over although its task was suspended in between")
    func unrecordedPodOfSuspendedTask() async throws {
        try await TaskCluster.run({ _ in .runs() }) { tasks in
            try await tasks.submit()
            try await dieAfterMakingPod(tasks)
            try await tasks.change(spec: ["suspend": true])
            _ = try RunningOperator(in: tasks.cluster)
            #expect(try await tasks.waitForEnd().phase == "Timeout")
            #expect(try await tasks.livePods() == [])
        }
    }

    @Test("a change of spec between a pod's creation and its record is no name conflict")
    func changedBeforeRecord() async throws {
        try await TaskCluster.run { tasks in
            try await tasks.submit { $0.spec.env = [TaskEnvironmentVariable(name: "A", value: "1")] }
            try await dieAfterMakingPod(tasks)
            let pod = try #require(try await tasks.pod())
            try await tasks.change(spec: ["timeoutSeconds": 40, "args": ["x"], "env": [["name": "A", "value": "2"]]])
            let second = try RunningOperator(in: tasks.cluster)
            let status = try await tasks.waitForEnd()
            #expect(status.phase == "Succeeded")
            #expect(status.podRef?.uid == pod.metadata.uid)
            await second.stop()
        }
    }

    @Test("a pod with a forged owner is not adopted, whatever generation it claims, and does not run on")
    func forgedPod() async throws {
        try await TaskCluster.run({ _ in .runs() }) { tasks in
            let task = try await tasks.submit { $0.spec.suspend = true }
            var pod = PodBuilder.pod(task, profile: TaskProfile(try #require(BuiltinProfiles.named("python3.11"))))
            pod.metadata.annotations = [TaskNames.generationAnnotation: "0"]
            pod.spec?.containers[0].image = "miner"
            _ = try await tasks.admin.create(pod)
            _ = try RunningOperator(in: tasks.cluster)
            let status = try await tasks.waitForEnd()
            #expect(status.reason == "NameConflict")
            #expect(status.podRef == nil)
            try await tasks.cluster.wait(for: "the end of the forged pod") { try await tasks.livePods().isEmpty }
        }
    }

    @Test("a pod without the labels that policies select by is not adopted")
    func unlabeledPod() async throws {
        try await TaskCluster.run({ _ in .runs() }) { tasks in
            let task = try await tasks.submit { $0.spec.suspend = true }
            var pod = PodBuilder.pod(task, profile: TaskProfile(try #require(BuiltinProfiles.named("python3.11"))))
            pod.metadata.labels = nil
            _ = try await tasks.admin.create(pod)
            _ = try RunningOperator(in: tasks.cluster)
            #expect(try await tasks.waitForEnd().reason == "NameConflict")
        }
    }

    @Test("policies that cannot be written do not keep the execution deadline from a task that runs", arguments: [403, 500])
    func deadlineWithoutPolicies(code: Int) async throws {
        try await TaskCluster.run({ _ in PodScript(startDelay: .seconds(5), ending: .never) }) { tasks in
            let cluster = tasks.cluster
            _ = try RunningOperator(in: cluster)
            // Retries of what fails come by chance at other times than 46 s after the start.
            try await tasks.submit { $0.spec.timeoutSeconds = 45 }
            try await tasks.wait(for: .scheduled)
            cluster.faults.add(.status(code: code, reason: code == 403 ? "Forbidden" : "InternalError"), times: .max) {
                $0.method != .get && ($0.path ?? "").contains("networkpolicies")
            }
            for name in try await tasks.policies() {
                try await tasks.admin.delete(NetworkPolicy.self, name: name, namespace: TaskCluster.namespace)
            }
            let running = try await tasks.wait(for: .running)
            let started = try #require(running.executionStartTime)
            let ended = try await tasks.waitForEnd()
            #expect(ended.phase == "Timeout")
            let taken = try #require(ended.completionTime).seconds - started.seconds
            #expect((46...48).contains(taken), "ended after \(taken) s")
        }
    }

    @Test("policies are healed under a task whose spec was changed to what could not be accepted")
    func policiesOfInvalidTask() async throws {
        try await TaskCluster.run({ _ in .runs() }) { tasks in
            _ = try RunningOperator(in: tasks.cluster)
            try await tasks.submit()
            try await tasks.wait(for: .running)
            try await tasks.change(spec: ["network": ["profile": "open"]])
            try await tasks.admin.delete(NetworkPolicy.self, name: "t-netpol", namespace: TaskCluster.namespace)
            try await tasks.cluster.wait(upTo: .seconds(10), for: "the policy") {
                try await tasks.policies().contains("t-netpol")
            }
        }
    }

    @Test("a pod that is deleted by hand while it runs is missing, and its program is not blamed")
    func deletedByHand() async throws {
        try await TaskCluster.run({ _ in .runs() }) { tasks in
            let runner = try RunningOperator(in: tasks.cluster)
            try await tasks.submit()
            try await tasks.wait(for: .running)
            try await tasks.deletePod()
            let status = try await tasks.waitForEnd()
            #expect(status.phase == "Failed")
            #expect(status.reason == "PodMissing")
            #expect(status.signal == nil)
            #expect(runner.count(phase: "Failed", reason: "PodMissing") == 1)
        }
    }

    @Test("a program that failed before its pod was deleted keeps its outcome")
    func deletedAfterItsEnd() async throws {
        try await TaskCluster.run({ _ in .exits(3, after: .seconds(10)) }) { tasks in
            let first = try RunningOperator(in: tasks.cluster)
            try await tasks.submit()
            try await tasks.wait(for: .running)
            await first.stop()
            try await tasks.cluster.advance(by: .seconds(20))
            try await tasks.keepPod()
            try await tasks.deletePod()
            _ = try RunningOperator(in: tasks.cluster)
            let status = try await tasks.waitForEnd()
            #expect(status.reason == "PodFailed")
            #expect(status.exitCode == 3)
        }
    }

    @Test("a pod that a finalizer holds after its deletion does not hold its task for ever")
    func heldByFinalizer() async throws {
        try await TaskCluster.run({ _ in .runs() }) { tasks in
            _ = try RunningOperator(in: tasks.cluster)
            try await tasks.submit()
            try await tasks.wait(for: .running)
            try await tasks.keepPod()
            try await tasks.deletePod()
            let status = try await tasks.waitForEnd(upTo: .seconds(30))
            #expect(status.reason == "PodMissing")
        }
    }

    @Test("the program of a task that is being deleted, and that a finalizer holds, is stopped")
    func deletedButHeld() async throws {
        try await TaskCluster.run({ _ in .runs() }) { tasks in
            _ = try RunningOperator(in: tasks.cluster)
            let task = try await tasks.submit { $0.metadata.finalizers = ["a.example.com/keep"] }
            try await tasks.wait(for: .running)
            try await tasks.admin.delete(AgentTask.self, name: "t", namespace: TaskCluster.namespace)
            try await tasks.cluster.wait(for: "the end of the pod") { try await tasks.livePods().isEmpty }
            #expect(try await tasks.task().metadata.uid == task.metadata.uid)
        }
    }

    @Test("a pod that arrives after its task has ended is deleted")
    func latePod() async throws {
        try await TaskCluster.run({ _ in .runs() }) { tasks in
            let task = try await tasks.submit { $0.spec.canceled = true }
            _ = try RunningOperator(in: tasks.cluster)
            #expect(try await tasks.waitForEnd().phase == "Canceled")
            _ = try await tasks.admin.create(
                PodBuilder.pod(task, profile: TaskProfile(try #require(BuiltinProfiles.named("python3.11"))))
            )
            try await tasks.cluster.wait(for: "the end of the pod") { try await tasks.livePods().isEmpty }
        }
    }
}
