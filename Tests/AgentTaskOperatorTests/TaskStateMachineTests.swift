// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import ControllerRuntime
import KubernetesMeta
import Testing

@testable import AgentTaskOperator

@Suite("The life of a task")
struct TaskStateMachineTests {
    let machine = TaskStateMachine()
    static let admittedAt = Time(seconds: 1_000)
    static let startedAt = Time(seconds: 1_010)

    static func task(_ change: (inout AgentTask) -> Void = { _ in }) -> AgentTask {
        var task = AgentTask(
            metadata: ObjectMeta(generation: 1, name: "t", namespace: "n", uid: "task-uid"),
            spec: AgentTaskSpec(
                runtimeProfile: "python3.11",
                code: TaskCode(source: "x"),
                timeoutSeconds: 60,
                startupTimeoutSeconds: 30
            )
        )
        change(&task)
        return task
    }

    /// A task whose pod exists.
    static func admitted(_ change: (inout AgentTask) -> Void = { _ in }) -> AgentTask {
        var admitted = task()
        admitted.status = TaskStateMachine().admitted(
            admitted,
            pod: PodReference(name: "t-pod", namespace: "n", uid: "pod-uid"),
            profile: ResolvedProfile(name: "python3.11"),
            networkSet: nil,
            now: WallTime(seconds: admittedAt.seconds)
        )
        change(&admitted)
        return admitted
    }

    static func pod(_ change: (inout PodObservation) -> Void = { _ in }) -> PodObservation {
        var pod = PodObservation(
            name: "t-pod",
            uid: "pod-uid",
            phase: "Pending",
            reason: "",
            message: "",
            isBound: true,
            isDeleting: false,
            activeDeadlineSeconds: 120,
            unschedulable: nil,
            disruption: nil,
            container: .none
        )
        change(&pod)
        return pod
    }

    static func ended(_ exitCode: Int32, _ reason: String = "Completed", message: String = "") -> PodObservation.Container {
        .terminated(
            PodObservation.Termination(
                exitCode: exitCode,
                signal: nil,
                reason: reason,
                message: message,
                startedAt: startedAt,
                finishedAt: Time(seconds: 1_020)
            )
        )
    }

    func decide(_ task: AgentTask, _ pod: PodPresence, at seconds: Int64, problem: TaskOutcome? = nil) -> TaskDecision {
        machine.decide(task, pod: pod, problem: problem, now: WallTime(seconds: seconds))
    }

    // MARK: Before the pod

    @Test("a new task is admitted, a suspended one waits, an invalid one fails, a canceled one needs no pod")
    func beforeAdmission() {
        #expect(decide(Self.task(), .notCached, at: 1_000).actions == [.admit])

        #expect(decide(Self.task { $0.spec.suspend = true }, .notCached, at: 1_000).actions == [.confirmPod])
        let suspended = decide(Self.task { $0.spec.suspend = true }, .absent, at: 1_000)
        #expect(suspended.actions.isEmpty)
        #expect(suspended.status?.phase == "Pending")
        #expect(suspended.status?.condition(.admitted)?.reason == "Suspended")

        let problem = TaskOutcome.failed(.validationFailed, "no")
        #expect(decide(Self.task(), .notCached, at: 1_000, problem: problem).actions == [.confirmPod])
        let invalid = decide(Self.task(), .absent, at: 1_000, problem: problem)
        #expect(invalid.status?.phase == "Failed")
        #expect(invalid.status?.reason == "ValidationFailed")
        #expect(invalid.status?.condition(.accepted)?.status == "False")
        #expect(invalid.status?.condition(.finished)?.status == "True")

        let canceled = Self.task { $0.spec.canceled = true }
        #expect(decide(canceled, .notCached, at: 1_000).actions == [.confirmPod])
        #expect(decide(canceled, .absent, at: 1_000).status?.phase == "Canceled")
        // A pod that an operator made before it could say so is recorded and stopped.
        let adopted = decide(canceled, .present(Self.pod()), at: 1_000)
        #expect(adopted.actions == [.stopPod(Self.pod())])
        #expect(adopted.status?.podRef?.uid == "pod-uid")
        #expect(StopCause(recordedIn: adopted.status)?.reason == .canceled)
    }

    // MARK: Deadlines

    @Test(
        "the start-up deadline counts from admission, the execution deadline from the container's own start, and neither is early"
    )
    func deadlines() {
        let waiting = decide(Self.admitted(), .present(Self.pod()), at: 1_030)
        #expect(waiting.actions.isEmpty)
        #expect(waiting.nextDeadline == WallTime(seconds: 1_031))

        let running = Self.pod { $0.container = .running(startedAt: Self.startedAt) }
        let early = machine.decide(
            Self.admitted(),
            pod: .present(running),
            problem: nil,
            now: WallTime(microseconds: 1_071_000_000 - 1)
        )
        #expect(early.actions.isEmpty)
        #expect(early.nextDeadline == WallTime(seconds: 1_071))
        #expect(early.status?.phase == "Running")
        #expect(early.status?.executionStartTime == Self.startedAt)

        let due = decide(Self.admitted(), .present(running), at: 1_071)
        #expect(due.actions == [.stopPod(running)])
        #expect(due.status?.phase == "Running", "Timeout is written when the pod has ended")
        #expect(due.status?.condition(.finished)?.reason == "Stopping")
        #expect(StopCause(recordedIn: due.status)?.reason == .timeout)
    }

    @Test("a lowered timeout counts at once")
    func loweredTimeout() {
        let running = Self.pod { $0.container = .running(startedAt: Self.startedAt) }
        let task = Self.admitted { $0.spec.timeoutSeconds = 5 }
        #expect(decide(task, .present(running), at: 1_016).actions == [.stopPod(running)])
    }

    @Test("what keeps a pod from starting is the reason of a start-up timeout")
    func startupReasons() {
        let rows: [(PodObservation, FailureReason)] = [
            (Self.pod { $0.container = .waiting(reason: "ImagePullBackOff", message: "no such image") }, .imagePullFailed),
            (Self.pod { $0.container = .waiting(reason: "ErrImagePull", message: "") }, .imagePullFailed),
            (
                Self.pod { $0.container = .waiting(reason: "CreateContainerConfigError", message: "bad") },
                .createContainerConfigError
            ),
            (
                Self.pod { $0.container = .waiting(reason: "CreateContainerConfigError", message: "configmap \"c\" not found") },
                .codeNotFound
            ),
            (Self.pod { $0.unschedulable = "0/1 nodes" }, .startupTimeout),
            (Self.pod(), .startupTimeout),
        ]
        for (pod, reason) in rows {
            let decision = decide(Self.admitted(), .present(pod), at: 1_031)
            #expect(StopCause(recordedIn: decision.status)?.reason == reason)
            #expect(decision.actions == [.stopPod(pod)])
        }
    }

    // MARK: Stopping

    @Test(
        "a pod without a node is deleted, one that was told is not told again, one that does not end is deleted after 15 s more"
    )
    func stopping() throws {
        var task = Self.admitted { $0.spec.canceled = true }
        let unbound = Self.pod { $0.isBound = false }
        #expect(decide(task, .present(unbound), at: 1_012).actions == [.deletePod(unbound)])

        let running = Self.pod { $0.container = .running(startedAt: Self.startedAt) }
        let first = decide(task, .present(running), at: 1_012)
        #expect(first.actions == [.stopPod(running)])
        let recorded = try #require(first.status)
        task.status = recorded

        let told = Self.pod {
            $0.container = .running(startedAt: Self.startedAt)
            $0.activeDeadlineSeconds = 1
        }
        let second = decide(task, .present(told), at: 1_013)
        #expect(second.actions.isEmpty)
        #expect(second.status == nil)
        let giveUp = try #require(second.nextDeadline)
        #expect(giveUp == WallTime(seconds: 1_012 + 1 + 5 + 15))
        #expect(machine.decide(task, pod: .present(told), problem: nil, now: giveUp).actions == [.deletePod(told)])

        // On a dead node the deletion does not come through: the task stays as it is.
        let deleting = Self.pod {
            $0.container = .running(startedAt: Self.startedAt)
            $0.isDeleting = true
        }
        #expect(decide(task, .present(deleting), at: 9_999) == .nothing)
        #expect(decide(task, .absent, at: 9_999).status?.phase == "Canceled")
    }

    @Test("how a stopped pod ended decides: its deadline means the stop, its own end keeps its outcome, and cancel beats timeout")
    func stoppedOutcomes() {
        func stopping(_ reason: FailureReason, canceled: Bool = false) -> AgentTask {
            Self.admitted {
                $0.spec.canceled = canceled ? true : nil
                $0.status?.reason = reason.rawValue
                $0.status?.set(.finished, false, reason: "Stopping", message: "m", now: Self.startedAt, generation: 1)
            }
        }
        let byDeadline = Self.pod {
            $0.phase = "Failed"
            $0.reason = "DeadlineExceeded"
            $0.container = Self.ended(137, "Error")
        }
        let byItself = Self.pod {
            $0.phase = "Failed"
            $0.container = Self.ended(3, "Error")
        }
        let succeeded = Self.pod {
            $0.phase = "Succeeded"
            $0.container = Self.ended(0)
        }
        let rows: [(AgentTask, PodObservation, String, String?)] = [
            (stopping(.timeout), byDeadline, "Timeout", "Timeout"),
            (stopping(.canceled, canceled: true), byDeadline, "Canceled", "Canceled"),
            (stopping(.timeout, canceled: true), byDeadline, "Canceled", "Canceled"),
            (stopping(.imagePullFailed), byDeadline, "Failed", "ImagePullFailed"),
            (stopping(.timeout), byItself, "Failed", "PodFailed"),
            (stopping(.canceled, canceled: true), succeeded, "Succeeded", nil),
            // The safety net: the pod's own deadline passed while no operator ran.
            (Self.admitted(), byDeadline, "Timeout", "Timeout"),
        ]
        for (task, pod, phase, reason) in rows {
            let status = decide(task, .present(pod), at: 1_100).status
            #expect(status?.phase == phase)
            #expect(status?.reason == reason)
            #expect(status?.condition(.finished)?.status == "True")
            #expect(status?.condition(.succeeded)?.status == (phase == "Succeeded" ? "True" : "False"))
        }
    }

    // MARK: Ends

    @Test("each way a pod ends has its reason")
    func reasons() {
        func failed(_ change: (inout PodObservation) -> Void) -> PodObservation {
            Self.pod {
                $0.phase = "Failed"
                change(&$0)
            }
        }
        let neverStarted = PodObservation.Container.terminated(
            PodObservation.Termination(exitCode: 128, signal: nil, reason: "StartError", message: "exec failed", startedAt: nil)
        )
        let rows: [(PodObservation, String, Int32?)] = [
            (failed { $0.container = Self.ended(3, "Error") }, "PodFailed", 3),
            (failed { $0.container = Self.ended(139, "Error") }, "PodFailed", 139),
            (failed { $0.container = Self.ended(137, "OOMKilled") }, "OOMKilled", 137),
            (failed { $0.container = neverStarted }, "StartError", 128),
            (failed { $0.reason = "Evicted" }, "Evicted", nil),
            (
                failed {
                    $0.reason = "Evicted"
                    $0.message = "Pod ephemeral local storage usage exceeds the total limit"
                }, "StorageLimitExceeded", nil
            ),
            (failed { $0.reason = "Preempting" }, "Preempted", nil),
            (failed { $0.disruption = "PreemptionByScheduler" }, "Preempted", nil),
            (failed { $0.reason = "NodeLost" }, "NodeLost", nil),
            (failed { $0.disruption = "DeletionByTaintManager" }, "NodeLost", nil),
            (failed { _ in }, "PodFailed", nil),
        ]
        for (pod, reason, code) in rows {
            let status = decide(Self.admitted(), .present(pod), at: 1_100).status
            #expect(status?.reason == reason)
            #expect(status?.exitCode == code)
            #expect(status?.phase == "Failed")
        }
        #expect(
            decide(Self.admitted(), .present(failed { $0.container = Self.ended(139, "Error") }), at: 1_100).status?.signal == 11
        )
    }

    @Test("a missing pod is believed only after the API server was asked, and another pod of its name is not the task's")
    func missing() {
        #expect(decide(Self.admitted(), .notCached, at: 1_005).actions == [.confirmPod])
        #expect(decide(Self.admitted(), .absent, at: 1_005).status?.reason == "PodMissing")
        #expect(decide(Self.admitted(), .present(Self.pod { $0.uid = "other" }), at: 1_005).status?.reason == "PodMissing")
    }

    @Test("a terminal phase is final, whatever the pod and the clock say")
    func final() {
        for phase in TaskPhase.allCases where phase.isTerminal {
            let task = Self.admitted {
                $0.status?.phase = phase.rawValue
                $0.status?.completionTime = Time(seconds: 1_050)
            }
            let running = Self.pod { $0.container = .running(startedAt: Self.startedAt) }
            #expect(decide(task, .present(running), at: 1_060).status == nil)
            #expect(decide(task, .absent, at: 1_000_000).status == nil)
        }
    }

    @Test(
        "after the end: a change of spec is acknowledged once, the pod goes after its retention, the task after its time to live"
    )
    func afterEnd() {
        let done = Self.admitted {
            $0.status?.phase = "Succeeded"
            $0.status?.completionTime = Time(seconds: 2_000)
            $0.spec.ttlSecondsAfterFinished = 600
        }
        var changed = done
        changed.metadata.generation = 2
        let acknowledged = decide(changed, .absent, at: 2_001)
        #expect(acknowledged.status?.observedGeneration == 2)
        #expect(acknowledged.status?.conditions?.allSatisfy { $0.observedGeneration == 2 } == true)

        let pod = Self.pod { $0.phase = "Succeeded" }
        #expect(decide(done, .present(pod), at: 2_300).actions.isEmpty)
        #expect(decide(done, .present(pod), at: 2_301).actions == [.deletePod(pod)])
        #expect(decide(done, .absent, at: 2_600).actions.isEmpty)
        #expect(decide(done, .absent, at: 2_600).nextDeadline == WallTime(seconds: 2_601))
        #expect(decide(done, .absent, at: 2_601).actions == [.deleteTask])
    }
}
