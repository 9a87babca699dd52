// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import ControllerRuntime
import ControllerTesting
import HTTPTypes
import KubernetesClient
import KubernetesCore
import KubernetesJSON
import KubernetesMeta
import Testing

@testable import AgentTaskOperator

/// One way for each reason of the contract to come about; a new reason does not compile without one.
@Suite("Each failure of a task", .timeLimit(.minutes(1)))
struct FailureTests {
    /// How a task comes to fail.
    private struct Story: Sendable {
        var script: (@Sendable (Pod) -> PodScript)? = { _ in .runs() }
        var flags: [String] = []
        var submit: @Sendable (inout AgentTask) -> Void = { _ in }
        /// Before the task is there.
        var before: @Sendable (TaskCluster) async throws -> Void = { _ in }
        /// After it.
        var after: @Sendable (TaskCluster) async throws -> Void = { _ in }
        var phase = TaskPhase.failed
        /// What the message says.
        var message: String
        var exitCode: Int32?
        var startsProgram = true
    }

    @Test("ends it in its phase, with a message, conditions, an event and a metric", arguments: FailureReason.allCases)
    func reason(_ reason: FailureReason) async throws {
        let story = Self.story(of: reason)
        try await TaskCluster.run(story.script) { tasks in
            let runner = try RunningOperator(in: tasks.cluster, flags: story.flags)
            try await story.before(tasks)
            try await tasks.submit("t", story.submit)
            try await story.after(tasks)
            let status = try await tasks.waitForEnd()
            #expect(status.phase == story.phase.rawValue)
            #expect(status.reason == reason.rawValue)
            #expect(status.message?.contains(story.message) == true, "\(status.message ?? "no message")")
            #expect(status.exitCode == story.exitCode)
            #expect((status.executionStartTime != nil) == story.startsProgram)
            #expect(status.condition(.finished)?.status == "True")
            #expect(status.condition(.finished)?.reason == reason.rawValue)
            #expect(status.condition(.succeeded)?.status == "False")
            #expect(status.condition(.started)?.status == (story.startsProgram ? "True" : nil))
            #expect(runner.count(phase: story.phase.rawValue, reason: reason.rawValue) == 1)
            try await tasks.cluster.wait(for: "the event") { try await tasks.events().contains(reason.rawValue) }

            let revision = try await tasks.task().metadata.resourceVersion
            try await tasks.cluster.advance(by: .seconds(60))
            #expect(try await tasks.task().metadata.resourceVersion == revision, "a task that has ended is not written again")
            #expect(try await tasks.livePods() == [])
        }
    }

    private static func waiting(_ reason: String, _ message: String = "") -> @Sendable (Pod) -> PodScript {
        { _ in PodScript(waitingReason: reason, waitingMessage: message) }
    }

    private static func whenRunning(_ change: @escaping @Sendable (TaskCluster) async throws -> Void)
        -> @Sendable (TaskCluster) async throws -> Void
    {
        { tasks in
            try await tasks.wait(for: .running)
            try await change(tasks)
        }
    }

    private static func story(of reason: FailureReason) -> Story {
        switch reason {
        case .podFailed:
            return Story(
                script: { _ in .exits(3, after: .seconds(5), message: "Traceback\nValueError: no") },
                message: "exit code 3. ValueError: no",
                exitCode: 3
            )
        case .oomKilled:
            return Story(
                script: { _ in PodScript(ending: .outOfMemory(after: .seconds(5))) },
                message: "more memory",
                exitCode: 137
            )
        case .evicted:
            return Story(
                after: whenRunning {
                    try await $0.change(
                        pod: "t-pod",
                        status: ["phase": "Failed", "reason": "Evicted", "message": "low on memory"]
                    )
                },
                message: "low on memory"
            )
        case .storageLimitExceeded:
            return Story(
                after: whenRunning {
                    try await $0.change(
                        pod: "t-pod",
                        status: [
                            "phase": "Failed", "reason": "Evicted",
                            "message": "Usage of EmptyDir volume \"tmp\" exceeds the limit \"64Mi\".",
                        ]
                    )
                },
                message: "storage limit"
            )
        case .preempted:
            return Story(
                after: whenRunning {
                    try await $0.change(
                        pod: "t-pod",
                        status: [
                            "conditions": [
                                ["type": "DisruptionTarget", "status": "True", "reason": "PreemptionByScheduler"]
                            ]
                        ]
                    )
                    try await $0.deletePod()
                },
                message: "higher priority",
                exitCode: 143
            )
        case .nodeLost:
            return Story(
                after: whenRunning {
                    try await $0.change(
                        pod: "t-pod",
                        status: [
                            "phase": "Failed",
                            "conditions": [["type": "DisruptionTarget", "status": "True", "reason": "DeletionByPodGC"]],
                        ]
                    )
                },
                message: "lost"
            )
        case .podMissing:
            return Story(after: whenRunning { try await $0.deletePod() }, message: "removed")
        case .imagePullFailed:
            return Story(
                script: waiting("ImagePullBackOff", "no such image"),
                message: "did not start within 30 s: ImagePullBackOff: no such image",
                exitCode: 137,
                startsProgram: false
            )
        case .createContainerConfigError:
            return Story(
                script: waiting("CreateContainerConfigError", "secret \"s\" not found"),
                message: "secret \"s\" not found",
                exitCode: 137,
                startsProgram: false
            )
        case .codeNotFound:
            return Story(
                script: waiting("CreateContainerConfigError", "configmap \"program\" not found"),
                flags: ["--allow-unverified-references"],
                submit: { $0.spec.code = TaskCode(configMapRef: ConfigMapKeyReference(name: "program", key: "main.py")) },
                message: "configmap \"program\" not found",
                exitCode: 137,
                startsProgram: false
            )
        case .startError:
            return Story(
                script: { _ in PodScript(ending: .startError(message: "exec: no such file")) },
                message: "exec: no such file",
                exitCode: 128,
                startsProgram: false
            )
        case .startupTimeout:
            return Story(script: nil, message: "no node takes the pod", startsProgram: false)
        case .timeout:
            return Story(phase: .timeout, message: "longer than 60 s", exitCode: 143)
        case .canceled:
            return Story(
                after: whenRunning { try await $0.cancel() },
                phase: .canceled,
                message: "The task was canceled.",
                exitCode: 143
            )
        case .profileResolutionFailed:
            return Story(submit: { $0.spec.runtimeProfile = "cobol" }, message: "no profile 'cobol'", startsProgram: false)
        case .profileForbidden:
            return Story(
                submit: { $0.spec.network = TaskNetwork(profile: "open") },
                message: "no network set 'open'",
                startsProgram: false
            )
        case .backendSelectionFailed:
            return Story(submit: { $0.spec.backend = "sandbox" }, message: "backend 'sandbox'", startsProgram: false)
        case .validationFailed:
            return Story(
                submit: { $0.spec.code = TaskCode(configMapRef: ConfigMapKeyReference(name: "program", key: "main.py")) },
                message: "configMapRef",
                startsProgram: false
            )
        case .podCreationFailed:
            return Story(
                before: { tasks in
                    tasks.cluster.faults.add(
                        .status(code: 403, reason: "Forbidden", message: "admission webhook \"w\" denied the request: no")
                    ) { $0.method == .post && $0.path?.hasSuffix("/pods") == true }
                },
                message: "denied the request",
                startsProgram: false
            )
        case .nameConflict:
            return Story(
                before: { tasks in
                    var pod = Pod(metadata: ObjectMeta(name: "t-pod", namespace: TaskCluster.namespace))
                    pod.spec = PodSpec(containers: [Container(name: "c", image: "i")])
                    pod.spec?.nodeName = "elsewhere"
                    _ = try await tasks.admin.create(pod)
                    try await tasks.change(pod: "t-pod", status: ["phase": "Succeeded"])
                },
                message: "does not belong to this task",
                startsProgram: false
            )
        }
    }
}
