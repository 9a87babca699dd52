// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerTesting
import KubernetesCoordination
import KubernetesMeta
import Testing

@testable import ControllerRuntime

@Suite("Election, as a state machine")
struct ElectionStateTests {
    private static let options = LeaderElectionOptions(leaseName: "l", leaseNamespace: "n", identity: "me")
    private var state = ElectionState(options: options, random: .seeded(1))

    /// The lease as the server has it.
    private static func lease(_ holder: String, epoch: Int32 = 3, revision: Int = 5, duration: Int32 = 15, renewed: Int64 = 0)
        -> Lease
    {
        Lease(
            metadata: ObjectMeta(name: "l", namespace: "n", resourceVersion: "\(revision)"),
            spec: LeaseSpec(
                holderIdentity: holder,
                leaseDurationSeconds: duration,
                leaseTransitions: epoch,
                renewTime: MicroTime(microseconds: renewed)
            )
        )
    }

    private static func at(_ seconds: Double) -> MonotonicInstant { MonotonicInstant(nanoseconds: Int64(seconds * 1e9)) }

    private mutating func send(_ event: ElectionEvent, at seconds: Double) -> [ElectionAction] {
        state.handle(event, now: Self.at(seconds))
    }

    /// A state that watches the lease, which `holder` has had since the instant 0.
    private mutating func follow(_ holder: String) {
        _ = send(.started, at: 0)
        _ = send(.watch(isOpen: true), at: 0)
        _ = send(.answered(.lease(Self.lease(holder))), at: 0)
    }

    /// A state that took a free lease by a write that was started at 0 and answered at 1.
    private mutating func lead() {
        follow("")
        _ = send(.answered(.lease(Self.lease("me", epoch: 4, revision: 6))), at: 1)
    }

    @Test("it reads first, and creates a lease that does not exist, with the epoch 0")
    mutating func creates() {
        #expect(send(.started, at: 0) == [.read, .wake(at: nil)])
        #expect(send(.answered(.lease(nil)), at: 1) == [.create(holder: "me", epoch: 0), .wake(at: nil)])
        let actions = send(.answered(.lease(Self.lease("me", epoch: 0, revision: 1))), at: 2)
        #expect(actions == [.lead(epoch: 0, deadline: Self.at(11)), .wake(at: Self.at(3))])
    }

    @Test("a lease that was given back is taken at once, with the next epoch, over the version that was seen")
    mutating func takesReleased() {
        follow("other")
        let free = Self.lease("", epoch: 3, revision: 6, duration: 1)
        let actions = send(.observed(free, exists: true), at: 4)
        #expect(
            actions == [
                .follow(leader: nil), .update(free, holder: "me", epoch: 4, acquires: true), .wake(at: nil),
            ]
        )
    }

    @Test("a lease that is not renewed is taken exactly when it expires, by this side's clock and the record's duration")
    mutating func takesExpired() {
        follow("other")
        // Renewed at 2 by a clock that is years ahead; valid for 20 s by the record.
        let renewed = Self.lease("other", revision: 6, duration: 20, renewed: 4_000_000_000_000_000)
        #expect(send(.observed(renewed, exists: true), at: 2) == [.wake(at: Self.at(22))])
        #expect(send(.woke, at: 21.9) == [.wake(at: Self.at(22))])
        #expect(send(.woke, at: 22) == [.update(renewed, holder: "me", epoch: 4, acquires: true), .wake(at: nil)])
    }

    @Test("a change of anything but the record is no sign of life")
    mutating func labelsDoNotCount() {
        follow("other")
        var labelled = Self.lease("other", revision: 9)
        labelled.metadata.labels = ["a": "b"]
        #expect(send(.observed(labelled, exists: true), at: 14) == [.wake(at: Self.at(15))])
        #expect(send(.woke, at: 15) == [.update(labelled, holder: "me", epoch: 4, acquires: true), .wake(at: nil)])
    }

    @Test("without a watch it polls, after one to 2.2 retry periods")
    mutating func polls() throws {
        follow("other")
        let actions = send(.watch(isOpen: false), at: 1)
        guard case .wake(let poll?) = try #require(actions.last) else { Issue.record("\(actions)"); return }
        #expect(poll >= Self.at(2) && poll < Self.at(1 + 4.4))
        #expect(state.handle(.woke, now: poll) == [.read, .wake(at: nil)])
    }

    @Test("news from before what is known is dropped: a watch may lag")
    mutating func lateNews() {
        lead()
        #expect(send(.observed(Self.lease("other", epoch: 3, revision: 4), exists: true), at: 1.5) == [.wake(at: Self.at(2))])
        #expect(send(.observed(Self.lease("", epoch: 3, revision: 5), exists: true), at: 1.6) == [.wake(at: Self.at(2))])
    }

    @Test("leadership counts from the start of the accepted write, and each renewal moves the deadline")
    mutating func renews() {
        lead()
        #expect(state.phase == .leading(epoch: 4, deadline: Self.at(10)))
        let held = Self.lease("me", epoch: 4, revision: 6)
        #expect(send(.woke, at: 2) == [.update(held, holder: "me", epoch: 4, acquires: false), .wake(at: Self.at(10))])
        let renewed = Self.lease("me", epoch: 4, revision: 7, renewed: 1)
        #expect(send(.answered(.lease(renewed)), at: 3) == [.extend(deadline: Self.at(12)), .wake(at: Self.at(4))])
        #expect(send(.woke, at: 4) == [.update(renewed, holder: "me", epoch: 4, acquires: false), .wake(at: Self.at(12))])
    }

    @Test("an answer that comes after the deadline makes no leader, and revives none")
    mutating func lateAnswers() {
        follow("")
        let mine = Self.lease("me", epoch: 4, revision: 6)
        let late = send(.answered(.lease(mine)), at: 10)
        #expect(!late.contains { if case .lead = $0 { true } else { false } })
        #expect(late.contains(.update(mine, holder: "me", epoch: 5, acquires: true)))
        let second = Self.lease("me", epoch: 5, revision: 7)
        #expect(send(.answered(.lease(second)), at: 11).contains(.lead(epoch: 5, deadline: Self.at(20))))
        _ = send(.woke, at: 12)
        let renewed = send(.answered(.lease(Self.lease("me", epoch: 5, revision: 8, renewed: 1))), at: 20)
        #expect(renewed.first == .end(reason: "the lease could not be renewed within 10.0 seconds"))
        #expect(state.phase == .ending)
    }

    @Test("a lost answer: the leader reads, finds its own write, and goes on")
    mutating func lostAnswer() {
        lead()
        _ = send(.woke, at: 2)
        #expect(send(.answered(.failed("gone")), at: 3) == [.countSlowPath, .log("gone"), .wake(at: Self.at(4))])
        #expect(send(.woke, at: 4) == [.read, .wake(at: Self.at(10))])
        let own = Self.lease("me", epoch: 4, revision: 7, renewed: 2)
        #expect(
            send(.answered(.lease(own)), at: 5)
                == [.update(own, holder: "me", epoch: 4, acquires: false), .wake(at: Self.at(10))]
        )
    }

    enum Usurper: CaseIterable { case other, nobody, sameNameOtherEpoch, deleted }

    @Test("a leader that finds the lease taken or gone ends its term at once", arguments: Usurper.allCases, [true, false])
    mutating func usurped(by usurper: Usurper, watched: Bool) throws {
        lead()
        let lease: Lease? =
            switch usurper {
            case .other: Self.lease("other", epoch: 5, revision: 9)
            case .nobody: Self.lease("", epoch: 4, revision: 9)
            case .sameNameOtherEpoch: Self.lease("me", epoch: 5, revision: 9)
            case .deleted: nil
            }
        let actions: [ElectionAction]
        if watched {
            actions = send(.observed(lease ?? Self.lease("me", epoch: 4, revision: 9), exists: lease != nil), at: 1.5)
        } else {
            _ = send(.woke, at: 2)
            #expect(send(.answered(.refused), at: 2) == [.countSlowPath, .read, .wake(at: Self.at(10))])
            actions = send(.answered(.lease(lease)), at: 2)
        }
        guard case .end = try #require(actions.first) else { Issue.record("\(actions)"); return }
        #expect(state.phase == .ending)
        #expect(actions.last == .wake(at: nil))
    }

    @Test("after a term it leaves the lease alone until the work has ended; then a new term has a new epoch")
    mutating func waitsForWork() {
        lead()
        _ = send(.woke, at: 2)
        #expect(send(.woke, at: 10).first == .end(reason: "the lease could not be renewed within 10.0 seconds"))
        #expect(send(.answered(.failed("timed out")), at: 11) == [.countSlowPath, .log("timed out"), .wake(at: nil)])
        #expect(send(.woke, at: 60) == [.wake(at: nil)])
        #expect(send(.workEnded, at: 61) == [.follow(leader: "me"), .read, .wake(at: nil)])
        let old = Self.lease("me", epoch: 4, revision: 6)
        #expect(
            send(.answered(.lease(old)), at: 62) == [.update(old, holder: "me", epoch: 5, acquires: true), .wake(at: nil)]
        )
    }

    @Test("a lease that vanishes while another one holds it is created only when it would have expired, with a higher epoch")
    mutating func vanished() {
        follow("other")
        let last = Self.lease("other", revision: 8)
        #expect(send(.observed(last, exists: false), at: 3) == [.follow(leader: nil), .wake(at: Self.at(15))])
        #expect(send(.woke, at: 15) == [.create(holder: "me", epoch: 4), .wake(at: nil)])
    }

    @Test("a refused try is followed by a read at once, a second one in a row by a wait")
    mutating func refusals() throws {
        follow("")
        #expect(send(.answered(.refused), at: 1) == [.read, .wake(at: nil)])
        _ = send(.answered(.lease(Self.lease("", revision: 6))), at: 1)
        let actions = send(.answered(.refused), at: 1)
        guard case .wake(let instant?) = try #require(actions.last) else { Issue.record("\(actions)"); return }
        #expect(actions.count == 1 && instant >= Self.at(3) && instant < Self.at(1 + 4.4))
        #expect(state.handle(.woke, now: instant) == [.read, .wake(at: nil)])
    }

    @Test("a failed try waits, then reads")
    mutating func failures() throws {
        follow("")
        let actions = send(.answered(.failed("no route")), at: 1)
        guard case .wake(let instant?) = try #require(actions.last) else { Issue.record("\(actions)"); return }
        #expect(actions.first == .log("no route") && instant >= Self.at(3))
    }

    @Test("a stop gives the lease back, without a holder and with the same epoch, and is done when that is answered")
    mutating func releases() {
        lead()
        let held = Self.lease("me", epoch: 4, revision: 6)
        #expect(
            send(.stop(release: true), at: 1.5) == [
                .end(reason: "the process stops"), .wake(at: nil), .update(held, holder: nil, epoch: 4, acquires: true),
            ]
        )
        #expect(send(.answered(.lease(Self.lease("", epoch: 4, revision: 7))), at: 1.6).contains(.stopped))
        #expect(state.phase == .stopped)
        #expect(send(.woke, at: 100) == [.wake(at: nil)])
    }

    @Test("a stop with a renewal on its way waits for its answer and gives back what that says")
    mutating func releasesAfterRenewal() {
        lead()
        _ = send(.woke, at: 2)
        #expect(send(.stop(release: true), at: 2.5) == [.end(reason: "the process stops"), .wake(at: nil)])
        let renewed = Self.lease("me", epoch: 4, revision: 7, renewed: 1)
        let release = ElectionAction.update(renewed, holder: nil, epoch: 4, acquires: true)
        #expect(send(.answered(.lease(renewed)), at: 2.6).contains(release))
        #expect(send(.answered(.failed("no")), at: 3).contains(.stopped))
    }

    @Test("a stop while a try is on its way gives back what the try may win")
    mutating func releasesWonWhileStopping() {
        follow("")
        #expect(send(.stop(release: true), at: 0.5) == [.wake(at: nil)])
        let mine = Self.lease("me", epoch: 4, revision: 6)
        #expect(
            send(.answered(.lease(mine)), at: 0.6) == [.wake(at: nil), .update(mine, holder: nil, epoch: 4, acquires: true)]
        )
    }

    @Test("whatever else comes in while the lease is given back, the answer is waited for")
    mutating func waitsForRelease() {
        lead()
        _ = send(.stop(release: true), at: 1.5)
        let held = Self.lease("me", epoch: 4, revision: 6)
        for event in [.watch(isOpen: true), .observed(held, exists: true), .woke, .stop(release: true)] as [ElectionEvent] {
            #expect(send(event, at: 1.6) == [.wake(at: nil)], "\(event)")
        }
        #expect(state.phase == .stopping)
        #expect(send(.answered(.lease(Self.lease("", epoch: 4, revision: 7))), at: 1.7).contains(.stopped))
    }

    @Test("a stop without giving back leaves the lease to expire", arguments: [true, false])
    mutating func leaves(leading: Bool) {
        if leading { lead() } else { follow("other") }
        let actions = send(.stop(release: false), at: 2)
        #expect(actions.contains(.stopped))
        #expect(!actions.contains { if case .update = $0 { true } else { false } })
    }

    @Test("a lease held by another one is never given back")
    mutating func doesNotReleaseOthers() {
        follow("other")
        #expect(send(.stop(release: true), at: 2) == [.wake(at: nil), .stopped])
    }

    @Test("a record without a useful duration is valid for this side's own")
    mutating func badDuration() {
        _ = send(.started, at: 0)
        _ = send(.watch(isOpen: true), at: 0)
        #expect(send(.answered(.lease(Self.lease("other", duration: -5))), at: 0).last == .wake(at: Self.at(15)))
    }

    @Test("the highest epoch there is stays")
    mutating func epochsEnd() {
        _ = send(.started, at: 0)
        let last = Self.lease("", epoch: .max)
        #expect(send(.answered(.lease(last)), at: 0).contains(.update(last, holder: "me", epoch: .max, acquires: true)))
    }
}
