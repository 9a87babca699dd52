// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import KubernetesMeta
import Testing

@testable import KubernetesCore
@testable import LocalNode

@Suite("The status of a pod")
struct PodStatusBuilderTests {
    private func status(_ stage: PodLifecycle.Stage, logTail: String = "", pod: Pod? = nil) throws -> PodStatus {
        let builder = PodStatusBuilder(
            pod: try pod ?? PodFixtures.taskPod(),
            stage: stage,
            acceptedAt: Time(seconds: 100),
            now: Time(seconds: 200),
            interpreter: "/usr/bin/python3.11",
            logTail: Array(logTail.utf8)
        )
        return try #require(builder.status())
    }

    private func exit(
        _ code: Int32,
        failure: String? = nil,
        outOfMemory: Bool = false,
        message: String = "",
        cause: PodLifecycle.Stop.Cause? = nil
    ) -> PodLifecycle.Stage {
        let exit = SandboxExit(
            exitCode: code,
            startFailure: failure,
            isOutOfMemory: outOfMemory,
            message: Array(message.utf8),
            finishedAt: MicroTime(microseconds: 160_900_000)
        )
        return .ended(.exited(exit, startedAt: MicroTime(microseconds: 150_500_000), cause: cause))
    }

    private func condition(_ type: String, _ status: PodStatus) -> String? {
        status.conditions?.first { $0.type == type }?.status
    }

    @Test("a running pod is ready and says since when")
    func running() throws {
        let status = try status(.running(PodLifecycle.Running(startedAt: MicroTime(microseconds: 150_900_000))))
        #expect(status.phase == "Running")
        #expect(status.startTime == Time(seconds: 100))
        #expect(status.containerStatuses?.first?.state?.running?.startedAt == Time(seconds: 150))
        #expect(status.containerStatuses?.first?.ready == true)
        #expect(status.containerStatuses?.first?.imageID == "host:/usr/bin/python3.11")
        for type in ["PodScheduled", "Initialized", "Ready", "ContainersReady"] { #expect(condition(type, status) == "True") }
    }

    @Test(
        "the end of a program is the pod's",
        arguments: [
            (Int32(0), false, "Succeeded", "Completed"), (3, false, "Failed", "Error"), (137, true, "Failed", "OOMKilled"),
        ]
    )
    func ends(code: Int32, outOfMemory: Bool, phase: String, reason: String) throws {
        let status = try status(exit(code, outOfMemory: outOfMemory, message: "r"))
        let terminated = status.containerStatuses?.first?.state?.terminated
        #expect(status.phase == phase)
        #expect(status.reason == nil)
        #expect(terminated?.exitCode == code)
        #expect(terminated?.reason == reason)
        #expect(terminated?.message == "r")
        #expect(terminated?.startedAt == Time(seconds: 150))
        #expect(terminated?.finishedAt == Time(seconds: 160))
        #expect(condition("Ready", status) == "False")
    }

    @Test("a command that cannot start has the code 128 and a start at 1970")
    func startError() throws {
        let terminated = try status(exit(1, failure: "execvp nosuch: No such file or directory")).containerStatuses?.first?.state?
            .terminated
        #expect(terminated?.exitCode == 128)
        #expect(terminated?.reason == "StartError")
        #expect(terminated?.startedAt == Time(seconds: 0))
        #expect(terminated?.message?.contains("nosuch") == true)
    }

    @Test("after a deadline the pod is DeadlineExceeded and the container keeps its own end")
    func deadline() throws {
        let status = try status(exit(143, cause: .deadline))
        #expect(status.phase == "Failed")
        #expect(status.reason == "DeadlineExceeded")
        #expect(status.containerStatuses?.first?.state?.terminated?.exitCode == 143)
    }

    @Test("a pod of an earlier node process is Failed as NodeLost, its start kept")
    func lost() throws {
        var pod = try PodFixtures.taskPod()
        pod.status = try status(.running(PodLifecycle.Running(startedAt: MicroTime(microseconds: 150_900_000))))
        let status = try status(.ended(.lost), pod: pod)
        #expect(status.phase == "Failed")
        #expect(status.reason == "NodeLost")
        let terminated = status.containerStatuses?.first?.state?.terminated
        #expect(terminated?.reason == "ContainerStatusUnknown")
        #expect(terminated?.exitCode == 137)
        #expect(terminated?.startedAt == Time(seconds: 150))
    }

    @Test("a failure without a message file falls back to the log's newest 2048 bytes")
    func fallback() throws {
        let tail = String(repeating: "x", count: 3000) + "end"
        let message = try status(exit(1), logTail: tail).containerStatuses?.first?.state?.terminated?.message
        #expect(message?.utf8.count == 2048)
        #expect(message?.hasSuffix("end") == true)
        #expect(try status(exit(0), logTail: tail).containerStatuses?.first?.state?.terminated?.message == nil)
        #expect(try status(exit(1, message: "own"), logTail: tail).containerStatuses?.first?.state?.terminated?.message == "own")
    }

    @Test("waiting says the reason, from the second try on as a back-off")
    func waiting() throws {
        let problem = PodProblem(.imagePull, "no interpreter")
        let first = try status(.waiting(problem, failures: 1, retryAt: .distantFuture))
        #expect(first.phase == "Pending")
        #expect(first.containerStatuses?.first?.state?.waiting?.reason == "ErrImagePull")
        let second = try status(.waiting(problem, failures: 2, retryAt: .distantFuture)).containerStatuses?.first?.state?.waiting
        #expect(second?.reason == "ImagePullBackOff")
        #expect(second?.message == "Back-off pulling image \"python:3.11-slim\": ErrImagePull: no interpreter")
    }

    @Test("the same state twice gives the same status, so it is written once")
    func stable() throws {
        var pod = try PodFixtures.taskPod()
        for stage in [PodLifecycle.Stage.running(.init(startedAt: MicroTime(microseconds: 1))), exit(3), .ended(.lost)] {
            pod.status = try status(stage, pod: pod)
            #expect(try status(stage, pod: pod) == pod.status)
        }
    }
}
