// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import ControllerTesting
import EmbeddedCluster
import HTTPTypes
import KubernetesClient
import KubernetesCore
import KubernetesJSON
import KubernetesMeta
import Testing

@testable import AgentTaskOperator

@Suite("Profiles in ConfigMaps", .timeLimit(.minutes(1)))
struct ConfiguredProfileTests {
    private static let name = ProfileResolution.configMapName

    private func configure(_ tasks: TaskCluster, in namespace: String = "default", _ data: [String: String]) async throws {
        _ = try await tasks.admin.create(ConfigMap(metadata: ObjectMeta(name: Self.name, namespace: namespace), data: data))
    }

    private func change(_ tasks: TaskCluster, _ profile: String, to image: String) async throws {
        _ = try await tasks.admin.patch(
            ConfigMap.self,
            name: Self.name,
            namespace: "default",
            .merge(["data": [profile: .string(image)]])
        )
    }

    private func image(_ tasks: TaskCluster, _ pod: String = "t-pod") async throws -> String? {
        try await tasks.pod(pod)?.spec?.containers.first?.image
    }

    @Test("one of the operator's namespace gives the image, before the built-in one")
    func used() async throws {
        try await TaskCluster.run { tasks in
            try await configure(tasks, ["python3.11": "mirror/python:3.11"])
            try await configure(tasks, in: TaskCluster.namespace, ["python3.11": "tenant/python"])
            _ = try RunningOperator(in: tasks.cluster)
            try await tasks.submit()
            let status = try await tasks.waitForEnd()
            #expect(status.phase == "Succeeded")
            #expect(
                status.resolvedProfile == ResolvedProfile(name: "python3.11", source: "ConfigMap", image: "mirror/python:3.11")
            )
            #expect(try await image(tasks) == "mirror/python:3.11")
        }
    }

    @Test("one of the task's namespace counts only with the flag", arguments: [true, false])
    func namespaced(_ isAllowed: Bool) async throws {
        try await TaskCluster.run { tasks in
            try await configure(tasks, in: TaskCluster.namespace, ["own": "tenant/python"])
            _ = try RunningOperator(in: tasks.cluster, flags: isAllowed ? ["--allow-namespaced-profiles"] : [])
            try await tasks.submit { $0.spec.runtimeProfile = "own" }
            let status = try await tasks.waitForEnd()
            #expect(status.phase == (isAllowed ? "Succeeded" : "Failed"))
            #expect(status.reason == (isAllowed ? nil : "ProfileResolutionFailed"))
            #expect(try await image(tasks) == (isAllowed ? "tenant/python" : nil))
        }
    }

    @Test("a change does not touch a task that waits, nor its later attempts")
    func frozen() async throws {
        try await TaskCluster.run({ _ in .exits(1, after: .seconds(5)) }) { tasks in
            try await configure(tasks, ["own": "first"])
            _ = try RunningOperator(in: tasks.cluster)
            try await tasks.submit {
                $0.spec.runtimeProfile = "own"
                $0.spec.suspend = true
                $0.spec.backoffLimit = 1
                $0.spec.retryPolicy = "OnFailure"
            }
            try await tasks.cluster.wait(for: "acceptance") { try await tasks.status().resolvedProfile?.image == "first" }
            try await change(tasks, "own", to: "second")
            try await tasks.cluster.advance(by: .seconds(5))
            try await tasks.change(spec: ["suspend": false])
            #expect(try await tasks.waitForEnd().attempts == 2)
            #expect(try await image(tasks) == "first")
            #expect(try await image(tasks, "t-pod-1") == "first")
        }
    }

    @Test("a change between a pod's creation and its record is no name conflict")
    func changedBeforeRecord() async throws {
        try await TaskCluster.run { tasks in
            try await configure(tasks, ["own": "first"])
            let transport = DyingTransport(tasks.cluster.api.transport()) { write, _ in write.hasSuffix("/pods") }
            let first = try RunningOperator(in: tasks.cluster, client: tasks.client(over: transport))
            try await tasks.submit { $0.spec.runtimeProfile = "own" }
            try await tasks.cluster.wait(for: "the death of the first operator") { transport.isDead }
            await first.stop()
            try await change(tasks, "own", to: "second")
            _ = try RunningOperator(in: tasks.cluster)
            #expect(try await tasks.waitForEnd().phase == "Succeeded")
            #expect(try await image(tasks) == "first")
            #expect(try await tasks.pods().count == 1)
        }
    }

    @Test("while the API server does not tell whether there is one, a task waits and no default answers")
    func outage() async throws {
        try await TaskCluster.run { tasks in
            let cluster = tasks.cluster
            _ = try RunningOperator(in: cluster)
            try await tasks.submit("before")
            try await tasks.waitForEnd("before")
            cluster.faults.add(.status(code: 500, reason: "InternalError"), times: .max) {
                $0.method == .get && $0.path?.contains("/configmaps") == true
            }
            try await tasks.submit { $0.spec.runtimeProfile = "own" }
            try await cluster.advance(by: .seconds(60))
            #expect(try await tasks.status().phase == nil)
            try await configure(tasks, ["own": "first"])
            cluster.faults.clear()
            #expect(try await tasks.waitForEnd().phase == "Succeeded")
            #expect(try await image(tasks) == "first")
        }
    }
}
