// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import Testing

@Suite("The reflector state, when the state is streamed")
struct ReflectorStreamTests {
    typealias Action = ReflectorState.Action
    typealias Kind = ReflectorFailure.Kind

    private func at(_ seconds: Double) -> MonotonicInstant { MonotonicInstant(nanoseconds: Int64((seconds * 1e9).rounded())) }

    private func makeState() -> ReflectorState {
        let backoff = ExponentialBackoff(base: .milliseconds(800), cap: .seconds(30))
        return ReflectorState(
            options: InformerOptions(initialState: .stream, pageSize: 2, watchDuration: .seconds(300), backoff: backoff),
            random: RandomSource { 0 }
        )
    }

    private let stream = Action.stream(timeout: .seconds(300))
    private let firstPage = Action.list(continueToken: nil, limit: 2)

    /// A state whose stream was accepted at second 0.
    private func streaming() -> ReflectorState {
        var state = makeState()
        _ = state.handle(.started, now: at(0))
        _ = state.handle(.watchOpened, now: at(0))
        return state
    }

    /// A state that has its state from a stream, and watches from revision 10.
    private func watching() -> ReflectorState {
        var state = streaming()
        _ = state.handle(.stateEnded(revision: "10"), now: at(0))
        return state
    }

    @Test("the state comes first, up to its bookmark; the same watch goes on with changes")
    func streamThenWatch() {
        var state = makeState()
        #expect(state.handle(.started, now: at(0)) == [.report(.listing(received: 0)), stream])
        #expect(state.handle(.watchOpened, now: at(0)).isEmpty)
        #expect(state.handle(.watchReceived(events: 2, revision: nil), now: at(1)) == [.report(.listing(received: 2))])
        #expect(state.revision.isEmpty, "no revision of a state that is not whole")
        #expect(state.handle(.stateEnded(revision: "10"), now: at(2)) == [.commitList(revision: "10"), .report(.synced)])
        #expect(state.handle(.watchReceived(events: 1, revision: "12"), now: at(3)).isEmpty)
        #expect(state.handle(.watchEnded(nil), now: at(300)) == [.watch(revision: "12", timeout: .seconds(300))])
    }

    @Test("a server that refuses is asked for pages at once, and never again for a stream", arguments: [Kind.refused, .overflow])
    func refused(kind: Kind) {
        var state = makeState()
        _ = state.handle(.started, now: at(0))
        #expect(state.handle(.watchEnded(ReflectorFailure(kind)), now: at(0)).last == firstPage)
        _ = state.handle(.page(count: 1, continueToken: nil, revision: "10"), now: at(0))
        _ = state.handle(.watchOpened, now: at(0))
        _ = state.handle(.watchReceived(events: 1, revision: "11"), now: at(0))
        #expect(state.handle(.watchEnded(ReflectorFailure(.expired)), now: at(1)).last == firstPage)
    }

    @Test("a stream that never ends is given up for pages")
    func silent() {
        var state = streaming()
        #expect(state.handle(.watchEnded(ReflectorFailure(.silent)), now: at(30)).last == firstPage)
    }

    @Test(
        "a stream that breaks is tried again after a wait, and after two the state is listed by pages",
        arguments: [Kind?.some(.disconnected), .some(.server), .some(.garbled), .some(.expired), nil]
    )
    func broken(kind: Kind?) {
        var state = streaming()
        let failure = kind.map { ReflectorFailure($0) }
        #expect(state.handle(.watchEnded(failure), now: at(1)).last == .wait(until: at(1.8)))
        #expect(state.handle(.waited, now: at(1.8)).last == stream)
        _ = state.handle(.watchEnded(failure), now: at(2))
        #expect(state.handle(.waited, now: at(4)).last == firstPage)
        // The next time it is a stream again.
        _ = state.handle(.page(count: 1, continueToken: nil, revision: "10"), now: at(4))
        _ = state.handle(.watchReceived(events: 1, revision: "11"), now: at(4))
        #expect(state.handle(.watchEnded(ReflectorFailure(.expired)), now: at(5)).last == stream)
    }

    @Test(
        "what pages would not help against waits and streams again",
        arguments: [Kind.throttled, .unreachable, .forbidden, .missingKind, .revisionTooLarge]
    )
    func waits(kind: Kind) {
        var state = makeState()
        _ = state.handle(.started, now: at(0))
        for _ in 0..<5 {
            guard case .wait(let until) = state.handle(.watchEnded(ReflectorFailure(kind)), now: at(0)).last else {
                Issue.record("no wait")
                return
            }
            #expect(state.handle(.waited, now: until).last == stream)
        }
    }

    @Test("410 of a watch streams the state anew at once; while it does, nothing is taken from the store")
    func expired() {
        var state = watching()
        _ = state.handle(.watchReceived(events: 1, revision: "11"), now: at(1))
        let actions = state.handle(.watchEnded(ReflectorFailure(.expired)), now: at(2))
        #expect(actions.last == stream)
        #expect(!actions.contains { if case .report = $0 { true } else { false } })
        #expect(state.handle(.watchReceived(events: 5, revision: nil), now: at(3)).isEmpty)
        #expect(state.revision == "11")
        _ = state.handle(.stateEnded(revision: "20"), now: at(3))
        #expect(state.revision == "20")
    }

    @Test("answers that come too late change nothing")
    func lateAnswers() {
        var state = streaming()
        let before = state.phase
        #expect(state.handle(.page(count: 5, continueToken: nil, revision: "99"), now: at(1)).isEmpty)
        #expect(state.handle(.listFailed(ReflectorFailure(.server)), now: at(1)).isEmpty)
        #expect(state.handle(.waited, now: at(1)).isEmpty)
        #expect(state.phase == before)
        var watching = watching()
        #expect(watching.handle(.stateEnded(revision: "99"), now: at(1)).isEmpty)
        #expect(watching.revision == "10")
    }
}
