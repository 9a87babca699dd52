// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Which pod fits on which node. Pure.
struct SchedulerState: Sendable {
    /// What a pod asks for.
    struct Demand: Sendable, Hashable {
        /// Thousandths of a CPU, bytes and so on, by the resource's name; always with `pods: 1`.
        var requests: [String: Int64]
        var nodeSelector: [String: String]
        var tolerations: [Toleration]
    }

    struct Toleration: Sendable, Hashable {
        var key: String
        var matchesAnyValue: Bool
        var value: String
        /// Empty tolerates all effects.
        var effect: String

        init(_ json: JSONValue) {
            key = json["key"]?.string ?? ""
            matchesAnyValue = json["operator"]?.string == "Exists"
            value = json["value"]?.string ?? ""
            effect = json["effect"]?.string ?? ""
        }

        func tolerates(_ taint: Taint) -> Bool {
            (effect.isEmpty || effect == taint.effect) && (key.isEmpty ? matchesAnyValue : key == taint.key)
                && (matchesAnyValue || value == taint.value)
        }
    }

    struct Taint: Sendable, Hashable {
        var key: String
        var value: String
        var effect: String
    }

    private struct Node: Sendable {
        var allocatable: [String: Int64]
        var labels: [String: String]
        var taints: [Taint]
        var isReady: Bool
    }

    /// What became of an attempt.
    enum Decision: Sendable, Hashable {
        case bind(node: String)
        /// Why no node takes the pod.
        case unschedulable(message: String)
    }

    private var nodes: [String: Node] = [:]
    /// Where pods are and what they ask for.
    private var placed: [StorageKey: (node: String, requests: [String: Int64])] = [:]
    /// What the pods on each node ask for together.
    private var used: [String: [String: Int64]] = [:]
    /// Pods that wait for a node, with the order in which they came.
    private var arrivals: [StorageKey: Int] = [:]
    private var nextArrival = 0

    /// Pods that wait for a node, first come first.
    var waiting: [StorageKey] { arrivals.sorted { $0.value < $1.value }.map(\.key) }

    // MARK: What is there

    mutating func setNode(_ name: String, _ node: JSONValue?) {
        guard let node else {
            nodes[name] = nil
            return
        }
        let isReady = (node["status"]?["conditions"]?.array ?? []).contains {
            $0["type"]?.string == "Ready" && $0["status"]?.string == "True"
        }
        var allocatable: [String: Int64] = [:]
        for (resource, amount) in node["status"]?["allocatable"]?.object ?? [:] {
            allocatable[resource] = Self.amount(resource, amount)
        }
        var labels: [String: String] = [:]
        for (key, value) in node["metadata"]?["labels"]?.object ?? [:] { labels[key] = value.string }
        var taints = (node["spec"]?["taints"]?.array ?? []).map {
            Taint(key: $0["key"]?.string ?? "", value: $0["value"]?.string ?? "", effect: $0["effect"]?.string ?? "")
        }
        if node["spec"]?["unschedulable"]?.bool == true {
            taints.append(Taint(key: "node.kubernetes.io/unschedulable", value: "", effect: "NoSchedule"))
        }
        nodes[name] = Node(allocatable: allocatable, labels: labels, taints: taints, isReady: isReady)
    }

    mutating func setPod(_ key: StorageKey, _ pod: JSONValue?) {
        if let old = placed.removeValue(forKey: key) { account(old.requests, on: old.node, sign: -1) }
        let phase = pod?["status"]?["phase"]?.string
        guard let pod, phase != "Succeeded", phase != "Failed" else {
            arrivals[key] = nil
            return
        }
        if let node = pod["spec"]?["nodeName"]?.string, !node.isEmpty {
            arrivals[key] = nil
            let requests = Self.demand(pod).requests
            placed[key] = (node, requests)
            account(requests, on: node, sign: 1)
        } else if pod["spec"]?["schedulerName"]?.string ?? "default-scheduler" == "default-scheduler",
            pod["metadata"]?["deletionTimestamp"] == nil, (pod["spec"]?["schedulingGates"]?.array ?? []).isEmpty
        {
            guard arrivals[key] == nil else { return }
            arrivals[key] = nextArrival
            nextArrival += 1
        } else {
            arrivals[key] = nil
        }
    }

    private mutating func account(_ requests: [String: Int64], on node: String, sign: Int64) {
        for (resource, amount) in requests { used[node, default: [:]][resource, default: 0] += sign * amount }
    }

    // MARK: Deciding

    static func demand(_ pod: JSONValue) -> Demand {
        var requests: [String: Int64] = [:]
        for container in pod["spec"]?["containers"]?.array ?? [] {
            for (resource, amount) in container["resources"]?["requests"]?.object ?? [:] {
                requests[resource, default: 0] += Self.amount(resource, amount)
            }
        }
        // Init containers run one after the other, before the others.
        for container in pod["spec"]?["initContainers"]?.array ?? [] {
            for (resource, amount) in container["resources"]?["requests"]?.object ?? [:] {
                requests[resource] = max(requests[resource] ?? 0, Self.amount(resource, amount))
            }
        }
        for (resource, amount) in pod["spec"]?["overhead"]?.object ?? [:] {
            requests[resource, default: 0] += Self.amount(resource, amount)
        }
        requests["pods"] = 1
        var selector: [String: String] = [:]
        for (key, value) in pod["spec"]?["nodeSelector"]?.object ?? [:] { selector[key] = value.string ?? "" }
        return Demand(
            requests: requests,
            nodeSelector: selector,
            tolerations: (pod["spec"]?["tolerations"]?.array ?? []).map(Toleration.init)
        )
    }

    /// The node for a pod: of those that fit, the one with the fewest pods.
    func decide(_ demand: Demand) -> Decision {
        var reasons: [String: Int] = [:]
        var best: (name: String, load: Int64)?
        for (name, node) in nodes.sorted(by: { $0.key < $1.key }) {
            if let obstacle = obstacle(demand, name, node) {
                reasons[obstacle, default: 0] += 1
                continue
            }
            let load = used[name]?["pods"] ?? 0
            if best.map({ load < $0.load }) ?? true { best = (name, load) }
        }
        if let best { return .bind(node: best.name) }
        guard !nodes.isEmpty else { return .unschedulable(message: "no nodes available to schedule pods") }
        let list = reasons.map { "\($0.value) \($0.key)" }.sorted().joined(separator: ", ")
        return .unschedulable(message: "0/\(nodes.count) nodes are available: \(list).")
    }

    private func obstacle(_ demand: Demand, _ name: String, _ node: Node) -> String? {
        guard node.isReady else { return "node(s) were not ready" }
        for taint in node.taints
        where taint.effect != "PreferNoSchedule" && !demand.tolerations.contains(where: { $0.tolerates(taint) }) {
            if taint.key == "node.kubernetes.io/unschedulable" { return "node(s) were unschedulable" }
            return "node(s) had untolerated taint {\(taint.key): \(taint.value)}"
        }
        guard demand.nodeSelector.allSatisfy({ node.labels[$0.key] == $0.value }) else {
            return "node(s) didn't match Pod's node affinity/selector"
        }
        for (resource, amount) in demand.requests.sorted(by: { $0.key < $1.key }) where amount > 0 {
            let used = used[name]?[resource] ?? 0
            // A node that does not say how many pods it takes, takes any number.
            guard let room = node.allocatable[resource] ?? (resource == "pods" ? .max : 0) as Int64? else { continue }
            if amount > room - min(used, room) { return resource == "pods" ? "Too many pods" : "Insufficient \(resource)" }
        }
        return nil
    }

    /// CPU in thousandths, everything else in units, rounded up.
    private static func amount(_ resource: String, _ value: JSONValue) -> Int64 {
        let text = value.string ?? value.text
        guard let quantity = Quantity(text) else { return 0 }
        return resource == "cpu" ? quantity.milliValue : quantity.value
    }
}
