// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import Testing

@testable import EmbeddedCluster

@Suite("Which mutating webhooks are asked again")
struct ReinvocationStateTests {
    static func webhook(_ name: String, _ policy: JSONValue = "IfNeeded") -> RegisteredWebhook {
        RegisteredWebhook(["name": .string(name), "reinvocationPolicy": policy], configuration: "c")
    }

    @Test("those with IfNeeded that were asked before a change, and no others")
    func outdated() {
        var state = ReinvocationState()
        let (early, never, changing, late) = (
            Self.webhook("early"), Self.webhook("never", "Never"), Self.webhook("changing"), Self.webhook("late")
        )
        state.record(early, hasChangedObject: false)
        state.record(never, hasChangedObject: false)
        #expect(state.outdated.isEmpty)
        state.record(changing, hasChangedObject: true)
        #expect(state.outdated == [early.id], "not the one that made the change")
        state.record(late, hasChangedObject: false)
        #expect(state.outdated == [early.id])
    }
}
