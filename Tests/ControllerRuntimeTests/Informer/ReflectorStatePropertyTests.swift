// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import Testing

@Suite("Any course of a reflector", .timeLimit(.minutes(1)))
struct ReflectorStatePropertyTests {
    /// What the reflector waits for.
    private enum Pending: Equatable { case list(page: Int), stream(opened: Bool), watch(opened: Bool), wait(MonotonicInstant) }

    /// Plays a server that answers anything, and checks what always holds.
    private struct Course {
        var state: ReflectorState
        var random: RandomSource
        var now = MonotonicInstant(nanoseconds: 0)
        var pending: Pending?
        var serverRevision = 100
        /// The revision of the state that was put into the store last.
        var committed: String?
        var lists = 0
        /// What has gone wrong, nil when all is as it should be.
        var problem: String?

        init(seed: UInt64, initialState: InitialState) {
            random = .seeded(seed)
            state = ReflectorState(
                options: InformerOptions(initialState: initialState, pageSize: 2, watchDuration: .seconds(300)),
                random: .seeded(seed &+ 1)
            )
        }

        mutating func handle(_ event: ReflectorState.Event) {
            var next: Pending?
            var requests = 0
            for action in state.handle(event, now: now) {
                if requests > 0 { problem = "\(action) after the request of one answer" }
                switch action {
                case .list(let token, _):
                    if token == nil { lists += 1 }
                    next = .list(page: token == nil ? 0 : 1)
                    requests += 1
                case .stream:
                    next = .stream(opened: false)
                    requests += 1
                case .watch(let revision, _):
                    if committed == nil || revision.isEmpty { problem = "a watch without a state" }
                    next = .watch(opened: false)
                    requests += 1
                case .wait(let until):
                    if until <= now { problem = "a wait that is none" }
                    if now.duration(to: until) > .seconds(61) { problem = "a wait longer than twice the cap" }
                    next = .wait(until)
                    requests += 1
                case .commitList(let revision): committed = revision
                case .report(.synced) where committed == nil: problem = "synced without a state"
                case .report, .log: break
                }
            }
            if let next { pending = next }
        }

        mutating func advance(_ seconds: Double) { now = now.advanced(by: .clamping(seconds: seconds)) }

        /// Answers what is pending: well, or by a fault.
        mutating func step(faulty: Bool) {
            let isFault = faulty && Int.random(in: 0..<2, using: &random) == 0
            switch pending {
            case nil: handle(.started)
            case .wait(let until):
                now = max(now, until)
                handle(.waited)
            case .list(let page):
                advance(0.1)
                if isFault {
                    handle(.listFailed(fault()))
                } else {
                    let token = page == 0 && Bool.random(using: &random) ? "next" : nil
                    handle(.page(count: 2, continueToken: token, revision: "\(serverRevision)"))
                }
            case .stream(let opened): stepWatch(opened: opened, isStream: true, isFault: isFault)
            case .watch(let opened): stepWatch(opened: opened, isStream: false, isFault: isFault)
            }
        }

        private mutating func stepWatch(opened: Bool, isStream: Bool, isFault: Bool) {
            advance(Double(Int.random(in: 0..<20, using: &random)))
            if isFault { return handle(.watchEnded(Int.random(in: 0..<12, using: &random) == 0 ? nil : fault())) }
            if !opened {
                pending = isStream ? .stream(opened: true) : .watch(opened: true)
                return handle(.watchOpened)
            }
            serverRevision += 1
            if isStream {
                pending = .watch(opened: true)
                handle(.stateEnded(revision: "\(serverRevision)"))
            } else {
                handle(.watchReceived(events: 1, revision: "\(serverRevision)"))
                if state.revision != "\(serverRevision)" { problem = "the revision did not follow" }
            }
        }

        private mutating func fault() -> ReflectorFailure {
            let kinds = ReflectorFailure.Kind.allCases
            let retryAfter: Duration? = Int.random(in: 0..<4, using: &random) == 0 ? .seconds(3) : nil
            return ReflectorFailure(kinds[Int.random(in: 0..<kinds.count, using: &random)], "fault", retryAfter: retryAfter)
        }
    }

    @Test("one request at a time, no watch without a state, no hot loop; when faults end it watches within a few steps")
    func courses() {
        for seed in 0..<UInt64(2000) {
            var course = Course(seed: seed, initialState: seed % 2 == 0 ? .stream : .pages)
            for _ in 0..<100 { course.step(faulty: true) }
            var steps = 0
            while course.pending != .watch(opened: true), steps < 10 {
                course.step(faulty: false)
                steps += 1
            }
            #expect(course.problem == nil, "seed \(seed)")
            #expect(course.pending == .watch(opened: true), "seed \(seed) does not come to rest")
            #expect(course.committed != nil, "seed \(seed)")
            if course.problem != nil { return }
        }
    }

    @Test(
        "a fault that stays is met with waits that add up: at most 30 requests in five minutes",
        arguments: ReflectorFailure.Kind.allCases
    )
    func noHotLoop(kind: ReflectorFailure.Kind) {
        for initialState in [InitialState.pages, .stream] {
            var state = ReflectorState(options: InformerOptions(initialState: initialState), random: .seeded(3))
            var now = MonotonicInstant(nanoseconds: 0)
            var event = ReflectorState.Event.started
            var requests = 0
            while now < MonotonicInstant(nanoseconds: 300_000_000_000), requests < 1000 {
                switch state.handle(event, now: now).last {
                case .list:
                    requests += 1
                    event = .listFailed(ReflectorFailure(kind))
                case .stream, .watch:
                    requests += 1
                    event = .watchEnded(ReflectorFailure(kind))
                case .wait(let until):
                    now = until
                    event = .waited
                default:
                    Issue.record("nothing is asked for any more")
                    return
                }
            }
            #expect(requests <= 30, "\(kind), \(initialState)")
        }
    }
}
