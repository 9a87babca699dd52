// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesMeta
import Testing

@testable import KubernetesClient

@Suite("When a credential plugin is run")
struct ExecCredentialStateTests {
    private static let error = ExecCredentialError(.failed, "failed")
    private let start = Time(seconds: 1_000_000)

    private func credential(_ token: String = "t", life: Int64? = nil) -> ExecCredential {
        ExecCredential(token: token, expiration: life.map { start + $0 })
    }

    @Test("at first, and never again while there is no end")
    func endless() {
        var state = ExecCredentialState()
        #expect(state.decision(at: start) == .run)
        let held = state.succeeded(credential(), for: .due, at: start)
        #expect(held.generation == 1)
        for seconds in [0, 1, 1_000_000_000] as [Int64] { #expect(state.decision(at: start + seconds) == .use(held)) }
    }

    @Test(
        "beside the requests when four fifths of the life have passed, before them at its end",
        arguments: [(0, "use"), (79, "use"), (80, "beside"), (99, "beside"), (100, "run"), (5_000, "run"), (-50, "use")]
    )
    func life(seconds: Int, expected: String) {
        var state = ExecCredentialState()
        let held = state.succeeded(credential(life: 100), for: .due, at: start)
        let decision: ExecCredentialState.Decision =
            switch expected {
            case "use": .use(held)
            case "beside": .useWhileRunning(held)
            default: .run
            }
        #expect(state.decision(at: start + Int64(seconds)) == decision)
    }

    @Test("and has failed, not again for a second; credentials that are still good are used, and it is left alone for ten")
    func failures() {
        var state = ExecCredentialState()
        state.failed(Self.error, at: start)
        #expect(state.decision(at: start) == .fail(Self.error))
        #expect(state.decision(at: start + 1) == .run)
        // A clock that was set back does not make it wait for that.
        #expect(state.decision(at: start + -1) == .run)

        let held = state.succeeded(credential(life: 100), for: .due, at: start)
        state.failed(Self.error, at: start + 80)
        #expect(state.decision(at: start + 89) == .use(held))
        #expect(state.decision(at: start + 90) == .useWhileRunning(held))
        state.failed(Self.error, at: start + 99)
        #expect(state.decision(at: start + 99) == .use(held))
        #expect(state.decision(at: start + 100) == .run)
    }

    @Test("when the server refuses what it gave, once for all who were refused")
    func refusal() {
        var state = ExecCredentialState()
        let first = state.succeeded(credential("one"), for: .due, at: start)
        #expect(state.decision(afterRefusalOf: first.generation, at: start) == .run)
        #expect(state.answer(to: .refused(generation: first.generation), at: start) == nil)
        let second = state.succeeded(credential("two"), for: .refused(generation: first.generation), at: start)
        #expect(second.generation == 2)
        #expect(state.decision(afterRefusalOf: first.generation, at: start) == .use(second))
        #expect(state.answer(to: .refused(generation: first.generation), at: start) == second)
    }

    @Test("but not when the server refuses the replacement at once, nor when the plugin has just failed")
    func refusedAgain() {
        var state = ExecCredentialState()
        let first = state.succeeded(credential("one"), for: .due, at: start)
        let second = state.succeeded(credential("two"), for: .refused(generation: first.generation), at: start)
        #expect(state.decision(afterRefusalOf: second.generation, at: start + 9) == .giveUp)
        #expect(state.decision(afterRefusalOf: second.generation, at: start + 10) == .run)
        state.failed(Self.error, at: start + 10)
        #expect(state.decision(afterRefusalOf: second.generation, at: start + 19) == .fail(Self.error))
        #expect(state.decision(afterRefusalOf: second.generation, at: start + 20) == .run)
    }

    @Test("not, when another run has just given what is good")
    func needless() {
        var state = ExecCredentialState()
        #expect(state.answer(to: .due, at: start) == nil)
        let held = state.succeeded(credential(life: 100), for: .due, at: start)
        #expect(state.answer(to: .due, at: start + 79) == held)
        #expect(state.answer(to: .due, at: start + 80) == nil)
        #expect(state.answer(to: .refused(generation: 0), at: start + 99) == held)
        #expect(state.answer(to: .refused(generation: 0), at: start + 100) == nil)
    }
}
