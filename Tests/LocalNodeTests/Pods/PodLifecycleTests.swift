// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import KubernetesMeta
import Testing

@testable import LocalNode

@Suite("The life of a pod on the node")
struct PodLifecycleTests {
    private static func at(_ seconds: Int64) -> MonotonicInstant { MonotonicInstant(nanoseconds: seconds * 1_000_000_000) }

    private static let exit = SandboxExit(
        exitCode: 0,
        startFailure: nil,
        isOutOfMemory: false,
        message: [],
        finishedAt: MicroTime(microseconds: 5)
    )
    private static let started = MicroTime(microseconds: 1)

    private static func running() -> PodLifecycle {
        var life = PodLifecycle(acceptedAt: at(100))
        #expect(life.handle(.observed(PodFacts(), wasStarted: false), now: at(100)) == [.start])
        #expect(life.handle(.started(at: started), now: at(100)) == [])
        return life
    }

    @Test("a new pod is started once, however often it is observed")
    func startsOnce() {
        var life = Self.running()
        #expect(life.handle(.observed(PodFacts(), wasStarted: true), now: Self.at(101)) == [])
        #expect(life.handle(.exited(Self.exit), now: Self.at(102)) == [])
        #expect(life.handle(.observed(PodFacts(), wasStarted: true), now: Self.at(103)) == [])
        #expect(life.stage == .ended(.exited(Self.exit, startedAt: Self.started, cause: nil)))
    }

    @Test(
        "a pod whose program was started by an earlier node process is lost, never started again",
        arguments: [
            (PodFacts(), true), (PodFacts(hasStarted: true), false), (PodFacts(hasStarted: true), true),
        ]
    )
    func lost(facts: PodFacts, wasStarted: Bool) {
        var life = PodLifecycle(acceptedAt: Self.at(0))
        #expect(life.handle(.observed(facts, wasStarted: wasStarted), now: Self.at(0)) == [])
        #expect(life.stage == .ended(.lost))
    }

    @Test("a pod that had ended before the node came keeps its end")
    func reported() {
        var life = PodLifecycle(acceptedAt: Self.at(0))
        #expect(life.handle(.observed(PodFacts(isTerminal: true, hasStarted: true), wasStarted: true), now: Self.at(0)) == [])
        #expect(life.stage == .ended(.reported))
        #expect(life.handle(.observed(PodFacts(deletionGrace: 0), wasStarted: true), now: Self.at(0)) == [.confirmDeletion])
    }

    @Test("a deadline that passes brings SIGTERM, and SIGKILL after the grace")
    func deadline() {
        var life = Self.running()
        let facts = PodFacts(activeDeadline: 10, grace: 5)
        #expect(life.handle(.observed(facts, wasStarted: true), now: Self.at(109)) == [.wake(at: Self.at(110))])
        #expect(life.handle(.observed(facts, wasStarted: true), now: Self.at(110)) == [.terminate, .wake(at: Self.at(115))])
        #expect(life.handle(.observed(facts, wasStarted: true), now: Self.at(114)) == [.wake(at: Self.at(115))])
        #expect(life.handle(.observed(facts, wasStarted: true), now: Self.at(115)) == [.kill])
        #expect(life.handle(.observed(facts, wasStarted: true), now: Self.at(116)) == [])
        _ = life.handle(.exited(Self.exit), now: Self.at(117))
        #expect(life.stage == .ended(.exited(Self.exit, startedAt: Self.started, cause: .deadline)))
    }

    @Test("a deadline lowered while it runs counts at once: so the operator stops a task")
    func lowered() {
        var life = Self.running()
        #expect(
            life.handle(.observed(PodFacts(activeDeadline: 600, grace: 5), wasStarted: true), now: Self.at(130))
                == [.wake(at: Self.at(700))]
        )
        #expect(
            life.handle(.observed(PodFacts(activeDeadline: 1, grace: 5), wasStarted: true), now: Self.at(130))
                == [.terminate, .wake(at: Self.at(135))]
        )
    }

    @Test("a program that ended on its own before the deadline was seen keeps its own end")
    func ownEnd() {
        var life = Self.running()
        _ = life.handle(.exited(Self.exit), now: Self.at(150))
        #expect(life.handle(.observed(PodFacts(activeDeadline: 1), wasStarted: true), now: Self.at(150)) == [])
        #expect(life.stage == .ended(.exited(Self.exit, startedAt: Self.started, cause: nil)))
    }

    @Test("deletion stops with its own grace, and is confirmed only after the end")
    func deletion() {
        var life = Self.running()
        let facts = PodFacts(deletionGrace: 3)
        #expect(life.handle(.observed(facts, wasStarted: true), now: Self.at(120)) == [.terminate, .wake(at: Self.at(123))])
        #expect(life.handle(.observed(facts, wasStarted: true), now: Self.at(123)) == [.kill])
        _ = life.handle(.exited(Self.exit), now: Self.at(124))
        #expect(life.handle(.observed(facts, wasStarted: true), now: Self.at(124)) == [.confirmDeletion])
    }

    @Test("a deletion may shorten the grace that runs, never lengthen it")
    func shorter() {
        var life = Self.running()
        _ = life.handle(.observed(PodFacts(activeDeadline: 10, grace: 30), wasStarted: true), now: Self.at(110))
        var facts = PodFacts(activeDeadline: 10, grace: 30, deletionGrace: 2)
        #expect(life.handle(.observed(facts, wasStarted: true), now: Self.at(111)) == [.wake(at: Self.at(113))])
        facts.deletionGrace = 60
        #expect(life.handle(.observed(facts, wasStarted: true), now: Self.at(112)) == [.wake(at: Self.at(113))])
    }

    @Test("an object that vanishes takes its program along at once, and then everything kept of it")
    func vanished() {
        var life = Self.running()
        #expect(life.handle(.vanished, now: Self.at(120)) == [.kill])
        _ = life.handle(.exited(Self.exit), now: Self.at(121))
        #expect(life.handle(.vanished, now: Self.at(121)) == [.forget])
        var fresh = PodLifecycle(acceptedAt: Self.at(0))
        #expect(fresh.handle(.vanished, now: Self.at(0)) == [.forget])
    }

    @Test(
        "what cannot start is tried again: an image after growing waits, a missing ConfigMap every 10 s",
        arguments: [
            (PodProblem.Reason.imagePull, [Int64(10), 20, 40, 80, 160, 300, 300]),
            (.configuration, [10, 10, 10, 10]),
        ]
    )
    func retries(reason: PodProblem.Reason, delays: [Int64]) {
        var life = PodLifecycle(acceptedAt: Self.at(0))
        var now: Int64 = 0
        for delay in delays {
            #expect(life.handle(.observed(PodFacts(), wasStarted: false), now: Self.at(now)) == [.start])
            let actions = life.handle(.startFailed(PodProblem(reason, "m")), now: Self.at(now))
            #expect(actions == [.wake(at: Self.at(now + delay))])
            #expect(life.handle(.observed(PodFacts(), wasStarted: false), now: Self.at(now + delay - 1)) == actions)
            now += delay
        }
    }

    @Test("a waiting pod still ends: by its deadline, by deletion")
    func waitingEnds() {
        for (facts, cause, actions) in [
            (PodFacts(activeDeadline: 3), PodLifecycle.Stop.Cause.deadline, [PodLifecycle.Action]()),
            (PodFacts(deletionGrace: 0), .deletion, [.confirmDeletion]),
        ] {
            var life = PodLifecycle(acceptedAt: Self.at(0))
            _ = life.handle(.observed(PodFacts(activeDeadline: 3), wasStarted: false), now: Self.at(0))
            let waiting = life.handle(.startFailed(PodProblem(.configuration, "m")), now: Self.at(0))
            #expect(waiting == [.wake(at: Self.at(10))])
            #expect(
                life.handle(.observed(PodFacts(activeDeadline: 3), wasStarted: false), now: Self.at(1)) == [.wake(at: Self.at(3))]
            )
            #expect(life.handle(.observed(facts, wasStarted: false), now: Self.at(3)) == actions)
            #expect(life.stage == .ended(.neverStarted(cause)))
        }
    }

    @Test("a pod that the node does not support is refused, not run as something else")
    func refused() {
        var life = PodLifecycle(acceptedAt: Self.at(0))
        #expect(life.handle(.observed(PodFacts(refusal: "why"), wasStarted: false), now: Self.at(0)) == [])
        #expect(life.stage == .ended(.refused("why")))
    }
}
