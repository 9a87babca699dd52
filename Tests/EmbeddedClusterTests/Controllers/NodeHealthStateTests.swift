// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Testing

@testable import EmbeddedCluster

@Suite("The health of nodes")
struct NodeHealthStateTests {
    @Test("a node is silent once its lease has not changed for the grace period, and said so once")
    func silence() {
        var state = NodeHealthState()
        state.observe("n", renewal: "1", now: .seconds(0))
        #expect(state.newlySilent(now: .seconds(39)).isEmpty)
        state.observe("n", renewal: "1", now: .seconds(39))
        #expect(state.newlySilent(now: .seconds(40)) == ["n"])
        #expect(state.newlySilent(now: .seconds(41)).isEmpty)
        #expect(state.nextDeadline == nil)
    }

    @Test("a renewal starts the grace period anew, also after silence")
    func renewal() {
        var state = NodeHealthState()
        state.observe("n", renewal: "1", now: .seconds(0))
        state.observe("n", renewal: "2", now: .seconds(30))
        #expect(state.nextDeadline == .seconds(70))
        #expect(state.newlySilent(now: .seconds(69)).isEmpty)
        #expect(state.newlySilent(now: .seconds(70)) == ["n"])
        state.observe("n", renewal: "3", now: .seconds(80))
        #expect(state.newlySilent(now: .seconds(119)).isEmpty)
        #expect(state.newlySilent(now: .seconds(120)) == ["n"])
    }
}
