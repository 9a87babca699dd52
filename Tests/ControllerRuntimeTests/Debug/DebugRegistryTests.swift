// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
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

    @Test("a queue shows what waits, what comes later and what is worked on, and why")
    func queue() {
        let clock = ManualClock()
        let options = WorkQueueOptions<String>(flow: { String($0.prefix(1)) })
        let queue = WorkQueue(name: "q", environment: RuntimeEnvironment(time: clock.timeSource), options: options)
        queue.add(contentsOf: ["a", "b", "c"])
        queue.add("d", after: .seconds(60), cause: ReconcileCause(.requeued))
        _ = queue.takeIfReady()
        queue.add("a")
        queue.add("b", cause: ReconcileCause(.updated, kind: "Pod", object: ObjectKey(namespace: "n", name: "p")))
        clock.advance(by: .seconds(2))
        #expect(
            queue.debugSnapshot(limit: 1) == [
                "depth": 2, "held": 0, "delayed": 1, "processing": 1, "parked": 0,
                "waiting": [
                    [
                        "key": "b", "state": "queued", "milliseconds": 2000, "priority": 0, "flow": "b",
                        "causes": ["updated Pod n/p"],
                    ]
                ],
                "locked": [
                    ["key": "a", "state": "processing", "milliseconds": 2000, "priority": 0, "flow": "a", "comesAgain": true]
                ],
                "later": [["key": "d", "inMilliseconds": 58_000, "priority": 0, "causes": ["requeued"]]],
            ]
        )
    }
}
