// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Pods as `printPod` of a real server shows them.
struct PodTable: KindTable {
    var columns: [TableColumn] {
        [
            .objectName, .text("Ready", "Containers that are ready, of all."),
            .text("Status", "What the pod is doing or why it is not."),
            .text("Restarts", "How often containers were restarted, and when last."), .age,
            .wide("IP", "The address of the pod."), .wide("Node", "The node that runs it."),
            .wide("Nominated Node", "The node that will run it after preemption."),
            .wide("Readiness Gates", "Conditions that count for readiness."),
        ]
    }

    func cells(for pod: JSONValue, now: Time) -> [JSONValue] {
        let summary = PodSummary(pod)
        let spec = pod["spec"] ?? .object([:])
        let status = pod["status"] ?? .object([:])
        var restarts = String(summary.restarts)
        if summary.restarts > 0, let last = summary.lastRestart { restarts += " (\(TableText.since(last, now: now)) ago)" }
        let address = status.elements("podIPs").first?.text("ip") ?? status.text("podIP")
        return [
            TableText.name(pod), .string("\(summary.ready)/\(summary.total)"), .string(summary.reason), .string(restarts),
            TableText.age(pod, now: now), TableText.orNone(address), TableText.orNone(spec.text("nodeName")),
            TableText.orNone(status.text("nominatedNodeName")), .string(gates(spec, status)),
        ]
    }

    private func gates(_ spec: JSONValue, _ status: JSONValue) -> String {
        let gates = spec.elements("readinessGates").map { $0.text("conditionType") }
        guard !gates.isEmpty else { return "<none>" }
        let met = gates.filter { gate in
            status.elements("conditions").contains { $0.text("type") == gate && $0.text("status") == "True" }
        }
        return "\(met.count)/\(gates.count)"
    }
}
