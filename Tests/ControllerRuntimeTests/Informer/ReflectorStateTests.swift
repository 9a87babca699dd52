// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import Testing

@Suite("The reflector state")
struct ReflectorStateTests {
    typealias Action = ReflectorState.Action
    typealias Kind = ReflectorFailure.Kind

    private let options = InformerOptions(
        pageSize: 2,
        watchDuration: .seconds(300),
        backoff: ExponentialBackoff(base: .milliseconds(800), cap: .seconds(30))
    )

    private func at(_ seconds: Double) -> MonotonicInstant { MonotonicInstant(nanoseconds: Int64((seconds * 1e9).rounded())) }

    private func makeState() -> ReflectorState { ReflectorState(options: options, random: RandomSource { 0 }) }

    /// A state that watches from revision 10, opened at `second`.
    private func watching(since second: Double = 0, events: Int = 0) -> ReflectorState {
        var state = makeState()
        _ = state.handle(.started, now: at(0))
        _ = state.handle(.page(count: 1, continueToken: nil, revision: "10"), now: at(0))
        _ = state.handle(.watchOpened, now: at(second))
        if events > 0 { _ = state.handle(.watchReceived(events: events, revision: "11"), now: at(second)) }
        return state
    }

    private let watchFrom10 = Action.watch(revision: "10", timeout: .seconds(300))
    private let firstPage = Action.list(continueToken: nil, limit: 2)

    @Test("it lists page by page, puts the list into the store at its end, and watches from its revision")
    func listThenWatch() {
        var state = makeState()
        #expect(state.handle(.started, now: at(0)) == [.report(.listing(received: 0)), firstPage])
        #expect(
            state.handle(.page(count: 2, continueToken: "t1", revision: "10"), now: at(1))
                == [.report(.listing(received: 2)), .list(continueToken: "t1", limit: 2)]
        )
        #expect(
            state.handle(.page(count: 1, continueToken: "", revision: "10"), now: at(2))
                == [.commitList(revision: "10"), .report(.synced), watchFrom10]
        )
    }

    @Test("events and bookmarks move the revision from which a watch is resumed")
    func revisionMoves() {
        var state = watching()
        _ = state.handle(.watchReceived(events: 3, revision: "15"), now: at(1))
        _ = state.handle(.watchReceived(events: 0, revision: "20"), now: at(2))
        _ = state.handle(.watchReceived(events: 1, revision: nil), now: at(3))
        #expect(state.handle(.watchEnded(nil), now: at(300)) == [.watch(revision: "20", timeout: .seconds(300))])
    }

    @Test("a watch that the server ends in good order is resumed at once")
    func cleanEnd() {
        var quiet = watching()
        #expect(quiet.handle(.watchEnded(nil), now: at(301)) == [watchFrom10])
        var short = watching(events: 1)
        #expect(short.handle(.watchEnded(nil), now: at(0.2)) == [.watch(revision: "11", timeout: .seconds(300))])
    }

    @Test("a very short watch without events lists again, after a wait")
    func veryShortWatch() {
        var state = watching()
        let actions = state.handle(.watchEnded(nil), now: at(0.9))
        #expect(actions.last == .wait(until: at(1.7)))
        #expect(state.phase == .backingOff(until: at(1.7), then: .list))
    }

    @Test(
        "what a failed watch leads to",
        arguments: [
            (Kind.throttled, ReflectorState.Resumption.watch), (.unreachable, .watch), (.forbidden, .watch),
            (.disconnected, .watch),
            (.silent, .watch), (.overflow, .watch), (.revisionTooLarge, .list), (.missingKind, .list), (.garbled, .list),
            (.server, .list),
            (.expired, .list),
        ]
    )
    func watchFailure(kind: Kind, then: ReflectorState.Resumption) {
        var state = watching()
        let actions = state.handle(.watchEnded(ReflectorFailure(kind, "why")), now: at(2))
        #expect(actions.last == .wait(until: at(2.8)))
        #expect(state.phase == .backingOff(until: at(2.8), then: then))
        let next = state.handle(.waited, now: at(2.8)).last
        #expect(next == (then == .list ? firstPage : watchFrom10))
    }

    @Test("a revision that is too old lists again at once, but not in a hot loop")
    func expired() {
        var state = watching(events: 1)
        #expect(state.handle(.watchEnded(ReflectorFailure(.expired)), now: at(5)).last == firstPage)
        _ = state.handle(.page(count: 0, continueToken: nil, revision: "30"), now: at(5))
        #expect(state.handle(.watchEnded(ReflectorFailure(.expired)), now: at(5)).last == .wait(until: at(5.8)))
    }

    @Test("a broken connection of a steady watch is resumed at once", arguments: [Kind.disconnected, .silent, .overflow])
    func steadyWatch(kind: Kind) {
        var state = watching()
        #expect(state.handle(.watchEnded(ReflectorFailure(kind)), now: at(10)).last == watchFrom10)
    }

    @Test("a continue token that runs out lists once more without pages; a second time it waits")
    func continueTokenExpires() {
        var state = makeState()
        _ = state.handle(.started, now: at(0))
        _ = state.handle(.page(count: 2, continueToken: "t", revision: "10"), now: at(0))
        #expect(state.handle(.listFailed(ReflectorFailure(.expired)), now: at(1)).last == .list(continueToken: nil, limit: nil))
        #expect(state.handle(.listFailed(ReflectorFailure(.expired)), now: at(1)).last == .wait(until: at(1.8)))
    }

    @Test("waits double up to 30 s, and start anew after two healthy minutes")
    func backoffAndReset() {
        var state = makeState()
        _ = state.handle(.started, now: at(0))
        var now = 0.0
        var waits: [Double] = []
        for _ in 0..<8 {
            guard case .wait(let until) = state.handle(.listFailed(ReflectorFailure(.server)), now: at(now)).last else { return }
            waits.append(Double(until.nanoseconds) / 1e9 - now)
            now = Double(until.nanoseconds) / 1e9
            _ = state.handle(.waited, now: until)
        }
        for (wait, expected) in zip(waits, [0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30]) { #expect(abs(wait - expected) < 1e-6) }
        _ = state.handle(.page(count: 0, continueToken: nil, revision: "10"), now: at(now))
        _ = state.handle(.watchOpened, now: at(now))
        var almost = state
        #expect(almost.handle(.watchEnded(ReflectorFailure(.server)), now: at(now + 119)).last == .wait(until: at(now + 149)))
        #expect(state.handle(.watchEnded(ReflectorFailure(.server)), now: at(now + 120)).last == .wait(until: at(now + 120.8)))
    }

    @Test("the server's Retry-After is honoured when it is longer")
    func retryAfter() {
        var state = watching()
        let actions = state.handle(.watchEnded(ReflectorFailure(.throttled, retryAfter: .seconds(7))), now: at(1))
        #expect(actions.last == .wait(until: at(8)))
    }

    @Test(
        "the status names the reason, before and after the first list",
        arguments: [
            (Kind.forbidden, InformerStatus.forbidden("m"), InformerStatus.forbidden("m")),
            (.missingKind, .missingKind("m"), .missingKind("m")),
            (.server, .failing("m"), .interrupted("m")),
            (.unreachable, .failing("m"), .interrupted("m")),
        ]
    )
    func status(kind: Kind, before: InformerStatus, after: InformerStatus) {
        var fresh = makeState()
        _ = fresh.handle(.started, now: at(0))
        #expect(fresh.handle(.listFailed(ReflectorFailure(kind, "m")), now: at(0)).first == .report(before))
        var state = watching()
        #expect(state.handle(.watchEnded(ReflectorFailure(kind, "m")), now: at(1)).first == .report(after))
        _ = state.handle(.waited, now: at(2))
        let recovered =
            state.phase == .watching(ReflectorState.Watching())
            ? state.handle(.watchOpened, now: at(3))
            : state.handle(.page(count: 0, continueToken: nil, revision: "12"), now: at(3))
        #expect(recovered.contains(.report(.synced)))
    }

    @Test("watch durations are spread between one and two times the least")
    func spread() {
        let random = RandomSource.seeded(5)
        for _ in 0..<100 {
            var state = ReflectorState(options: options, random: random)
            _ = state.handle(.started, now: at(0))
            guard case .watch(_, let timeout) = state.handle(.page(count: 0, continueToken: nil, revision: "1"), now: at(0)).last
            else {
                Issue.record("no watch")
                return
            }
            #expect(timeout >= .seconds(300) && timeout < .seconds(600))
        }
    }

    @Test("answers that come too late change nothing")
    func lateAnswers() {
        var state = watching()
        let before = state.phase
        #expect(state.handle(.page(count: 5, continueToken: nil, revision: "99"), now: at(1)).isEmpty)
        #expect(state.handle(.waited, now: at(1)).isEmpty)
        #expect(state.handle(.started, now: at(1)).isEmpty)
        #expect(state.phase == before)
        #expect(state.revision == "10")
    }
}
