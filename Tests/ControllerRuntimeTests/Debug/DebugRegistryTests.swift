// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import KubernetesJSON
import Testing

@Suite("What /debug shows")
struct DebugRegistryTests {
    struct Part: DebugInspectable {
        let debugName: String
        func debugSnapshot(limit: Int) -> JSONValue { ["name": .string(debugName), "limit": .int(limit)] }
    }

    @Test("parts are shown in their section, all or one, within the limit")
    func sections() {
        let registry = DebugRegistry()
        registry.add(Part(debugName: "pods"), at: .caches)
        registry.add(Part(debugName: "tasks"), at: .caches)
        #expect(
            registry.snapshot(.caches, limit: 7) == [
                "pods": ["name": "pods", "limit": 7], "tasks": ["name": "tasks", "limit": 7],
            ]
        )
        #expect(registry.snapshot(.caches, of: "tasks", limit: 7) == ["tasks": ["name": "tasks", "limit": 7]])
        #expect(registry.snapshot(.caches, of: "nodes") == nil)
        #expect(registry.snapshot(.queue) == [:])
        registry.remove("pods", at: .caches)
        #expect(registry.snapshot(.caches, of: "pods") == nil)
    }

    @Test("a queue shows what waits, what comes later and what is worked on")
    func queue() {
        let queue = WorkQueue<String>(name: "q")
        queue.add(contentsOf: ["a", "b", "c"])
        queue.add("d", after: .seconds(60))
        _ = queue.takeIfReady()
        #expect(queue.debugSnapshot(limit: 10) == ["depth": 2, "delayed": 1, "processing": 1])
    }
}
