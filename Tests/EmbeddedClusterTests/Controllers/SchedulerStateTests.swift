// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import Testing

@testable import EmbeddedCluster

@Suite("Scheduling decisions")
struct SchedulerStateTests {
    private func node(cpu: String = "2", ready: String = "True", labels: JSONValue = .object([:]), taints: JSONValue = [])
        -> JSONValue
    {
        [
            "metadata": ["labels": labels], "spec": ["taints": taints],
            "status": [
                "allocatable": ["cpu": .string(cpu), "memory": "1Gi", "pods": "3"],
                "conditions": [["type": "Ready", "status": .string(ready)]],
            ],
        ]
    }

    private func pod(cpu: String = "500m", node: String? = nil, selector: JSONValue = .object([:]), tolerations: JSONValue = [])
        -> JSONValue
    {
        [
            "metadata": ["name": "p"],
            "spec": [
                "containers": [["name": "c", "resources": ["requests": ["cpu": .string(cpu)]]]], "nodeSelector": selector,
                "tolerations": tolerations, "nodeName": .string(node ?? ""),
            ],
            "status": ["phase": "Pending"],
        ]
    }

    private func key(_ name: String) -> StorageKey { StorageKey(group: "", resource: "pods", namespace: "a", name: name) }

    private func decide(_ pod: JSONValue, nodes: [String: JSONValue], placed: [JSONValue] = []) -> SchedulerState.Decision {
        var state = SchedulerState()
        for (name, node) in nodes { state.setNode(name, node) }
        for (index, pod) in placed.enumerated() { state.setPod(key("placed\(index)"), pod) }
        return state.decide(SchedulerState.demand(pod))
    }

    @Test("no node at all is said so")
    func noNodes() {
        #expect(decide(pod(), nodes: [:]) == .unschedulable(message: "no nodes available to schedule pods"))
    }

    @Test("the node with the fewest pods is taken, by name when equal")
    func leastLoaded() {
        #expect(decide(pod(), nodes: ["b": node(), "a": node()]) == .bind(node: "a"))
        #expect(decide(pod(), nodes: ["b": node(), "a": node()], placed: [pod(node: "a")]) == .bind(node: "b"))
    }

    @Test("requests of placed pods count, and those of finished pods do not")
    func resources() {
        let big = pod(cpu: "1500m", node: "a")
        #expect(
            decide(pod(cpu: "600m"), nodes: ["a": node()], placed: [big])
                == .unschedulable(message: "0/1 nodes are available: 1 Insufficient cpu.")
        )
        #expect(decide(pod(cpu: "500m"), nodes: ["a": node()], placed: [big]) == .bind(node: "a"))
        var done = big
        done["status"]?["phase"] = "Succeeded"
        #expect(decide(pod(cpu: "600m"), nodes: ["a": node()], placed: [done]) == .bind(node: "a"))
    }

    @Test("a full node takes no more pods")
    func podCount() {
        let placed = (0..<3).map { _ in pod(cpu: "1m", node: "a") }
        #expect(
            decide(pod(cpu: "1m"), nodes: ["a": node()], placed: placed)
                == .unschedulable(message: "0/1 nodes are available: 1 Too many pods.")
        )
    }

    @Test("nodes that are not ready, do not match or are tainted are left out, each with its reason")
    func reasons() {
        let taint: JSONValue = [["key": "k", "value": "v", "effect": "NoSchedule"]]
        let nodes: [String: JSONValue] = [
            "a": node(ready: "Unknown"), "b": node(taints: taint), "c": node(labels: ["zone": "x"]),
        ]
        let wanted = pod(selector: ["zone": "y"])
        #expect(
            decide(wanted, nodes: nodes)
                == .unschedulable(
                    message: "0/3 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, "
                        + "1 node(s) had untolerated taint {k: v}, 1 node(s) were not ready."
                )
        )
        let tolerant = pod(tolerations: [["key": "k", "operator": "Equal", "value": "v", "effect": "NoSchedule"]])
        #expect(decide(tolerant, nodes: ["b": node(taints: taint)]) == .bind(node: "b"))
    }

    @Test("only pods of the default scheduler without node, end or gate wait for a node")
    func waiting() {
        var state = SchedulerState()
        state.setPod(key("plain"), pod())
        var other = pod()
        other["spec"]?["schedulerName"] = "mine"
        state.setPod(key("other"), other)
        var gated = pod()
        gated["spec"]?["schedulingGates"] = [["name": "g"]]
        state.setPod(key("gated"), gated)
        var ending = pod()
        ending["metadata"]?["deletionTimestamp"] = "2026-01-01T00:00:00Z"
        state.setPod(key("ending"), ending)
        state.setPod(key("placed"), pod(node: "a"))
        #expect(state.waiting == [key("plain")])
        state.setPod(key("plain"), nil)
        #expect(state.waiting.isEmpty)
    }
}
