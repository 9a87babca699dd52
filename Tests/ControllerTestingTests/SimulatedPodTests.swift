// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import KubernetesCore
import KubernetesMeta
import Testing

@testable import ControllerTesting

@Suite("A pod on a simulated node")
struct SimulatedPodTests {
    private let epoch = WallTime(seconds: 1_000_000)

    private func at(_ seconds: Int64) -> MonotonicInstant { MonotonicInstant(nanoseconds: seconds * 1_000_000_000) }

    private func pod(deadline: Int64? = nil, grace: Int64 = 5, deleted: Bool = false) -> Pod {
        var pod = Pod(metadata: ObjectMeta(name: "p", namespace: "ns", uid: "u"))
        pod.spec = PodSpec(
            containers: [Container(name: "task")],
            activeDeadlineSeconds: deadline,
            terminationGracePeriodSeconds: grace
        )
        if deleted {
            pod.metadata.deletionTimestamp = epoch.time
            pod.metadata.deletionGracePeriodSeconds = grace
        }
        return pod
    }

    private func start(_ script: PodScript, _ pod: Pod) -> SimulatedPod {
        SimulatedPod(pod, script: script, now: at(0), wall: epoch)
    }

    private func step(_ simulated: inout SimulatedPod, _ pod: Pod, _ second: Int64) -> SimulatedPod.Step {
        simulated.step(pod, now: at(second), wall: epoch.advanced(by: .seconds(second)))
    }

    private func written(_ step: SimulatedPod.Step) -> PodStatus? { if case .write(let status) = step { status } else { nil } }
    private func wake(_ step: SimulatedPod.Step) -> MonotonicInstant? { if case .wait(let until) = step { until } else { nil } }

    @Test("it starts after its delay, runs, and exits with its code and message")
    func exits() {
        let pod = pod()
        var simulated = start(
            PodScript(startDelay: .seconds(2), ending: .exit(code: 3, after: .seconds(10)), message: "why"),
            pod
        )
        #expect(wake(step(&simulated, pod, 0)) == at(2))
        let running = written(step(&simulated, pod, 2))
        #expect(running?.phase == "Running")
        #expect(running?.containerStatuses?.first?.state?.running?.startedAt == epoch.advanced(by: .seconds(2)).time)
        #expect(wake(step(&simulated, pod, 2)) == at(12))
        let ended = written(step(&simulated, pod, 12))
        #expect(ended?.phase == "Failed")
        let terminated = ended?.containerStatuses?.first?.state?.terminated
        #expect(terminated?.exitCode == 3)
        #expect(terminated?.reason == "Error")
        #expect(terminated?.message == "why")
        #expect(terminated?.finishedAt == epoch.advanced(by: .seconds(12)).time)
        #expect(wake(step(&simulated, pod, 13)) == nil)
    }

    @Test("code 0 is Succeeded and Completed")
    func succeeds() {
        let pod = pod()
        var simulated = start(.exits(0), pod)
        _ = step(&simulated, pod, 0)
        let ended = written(step(&simulated, pod, 0))
        #expect(ended?.phase == "Succeeded")
        #expect(ended?.containerStatuses?.first?.state?.terminated?.reason == "Completed")
    }

    @Test("a pod past its deadline ends as DeadlineExceeded, after the grace when it ignores SIGTERM", arguments: [true, false])
    func deadline(heeds: Bool) {
        let pod = pod(deadline: 20)
        var simulated = start(.runs(heedsTermination: heeds), pod)
        _ = step(&simulated, pod, 0)
        #expect(wake(step(&simulated, pod, 1)) == at(20))
        if !heeds { #expect(wake(step(&simulated, pod, 20)) == at(25)) }
        let ended = written(step(&simulated, pod, heeds ? 20 : 25))
        #expect(ended?.reason == "DeadlineExceeded")
        #expect(ended?.phase == "Failed")
        #expect(ended?.containerStatuses?.first?.state?.terminated?.exitCode == (heeds ? 143 : 137))
    }

    @Test("a deadline that is lowered while it runs counts at once")
    func loweredDeadline() {
        var simulated = start(.runs(), pod(deadline: 1000))
        _ = step(&simulated, pod(deadline: 1000), 0)
        #expect(written(step(&simulated, pod(deadline: 1), 50))?.reason == "DeadlineExceeded")
    }

    @Test("a deleted pod ends, and its object goes when that is written")
    func deletion() {
        let pod = pod()
        var simulated = start(.runs(), pod)
        _ = step(&simulated, pod, 0)
        let deleted = self.pod(deleted: true)
        let ended = written(step(&simulated, deleted, 3))
        #expect(ended?.containerStatuses?.first?.state?.terminated?.exitCode == 143)
        #expect(ended?.reason == nil)
        guard case .delete = step(&simulated, deleted, 3) else {
            Issue.record("the object stays")
            return
        }
    }

    @Test("a start error is exit 128 with a start in 1970, as a real kubelet says it")
    func startError() {
        let pod = pod()
        var simulated = start(PodScript(ending: .startError(message: "no such file")), pod)
        let terminated = written(step(&simulated, pod, 0))?.containerStatuses?.first?.state?.terminated
        #expect(terminated?.exitCode == 128)
        #expect(terminated?.reason == "StartError")
        #expect(terminated?.message == "no such file")
        #expect(terminated?.startedAt == Time(seconds: 0))
    }

    @Test("too much memory is 137 and OOMKilled")
    func outOfMemory() {
        let pod = pod()
        var simulated = start(PodScript(ending: .outOfMemory(after: .seconds(1))), pod)
        _ = step(&simulated, pod, 0)
        let terminated = written(step(&simulated, pod, 1))?.containerStatuses?.first?.state?.terminated
        #expect(terminated?.exitCode == 137)
        #expect(terminated?.reason == "OOMKilled")
    }

    @Test("a container that cannot start waits for its reason, until the deadline")
    func waits() {
        let pod = pod(deadline: 30)
        var simulated = start(PodScript(waitingReason: "ImagePullBackOff"), pod)
        let waiting = written(step(&simulated, pod, 0))
        #expect(waiting?.phase == "Pending")
        #expect(waiting?.containerStatuses?.first?.state?.waiting?.reason == "ImagePullBackOff")
        #expect(wake(step(&simulated, pod, 0)) == at(30))
        #expect(written(step(&simulated, pod, 30))?.reason == "DeadlineExceeded")
    }
}
