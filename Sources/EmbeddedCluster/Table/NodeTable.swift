// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Nodes.
struct NodeTable: KindTable {
    var columns: [TableColumn] {
        [
            .objectName, .text("Status", "Whether it is ready and takes pods."), .text("Roles", "Its roles by its labels."), .age,
            .text("Version", "The version of its agent."), .wide("Internal-IP", "Its address inside the cluster."),
            .wide("External-IP", "Its address outside."), .wide("OS-Image", "Its operating system."),
            .wide("Kernel-Version", "Its kernel."), .wide("Container-Runtime", "What runs its containers."),
        ]
    }

    func cells(for node: JSONValue, now: Time) -> [JSONValue] {
        let info = node.at("status", "nodeInfo") ?? .object([:])
        return [
            TableText.name(node), .string(status(node)), .string(roles(node)), TableText.age(node, now: now),
            .string(info.text("kubeletVersion")), address(node, "InternalIP"), address(node, "ExternalIP"),
            unknown(info.text("osImage")), unknown(info.text("kernelVersion")), unknown(info.text("containerRuntimeVersion")),
        ]
    }

    private func status(_ node: JSONValue) -> String {
        let ready = node["status"]?.elements("conditions").first { $0.text("type") == "Ready" }?.text("status")
        var words = [ready.map { $0 == "True" ? "Ready" : "NotReady" } ?? "Unknown"]
        if node["spec"]?.bool("unschedulable") ?? false { words.append("SchedulingDisabled") }
        return words.joined(separator: ",")
    }

    private func roles(_ node: JSONValue) -> String {
        let prefix = "node-role.kubernetes.io/"
        var roles: Set<String> = []
        for (key, value) in node["metadata"]?.strings("labels") ?? [:] {
            if key.hasPrefix(prefix), key.count > prefix.count { roles.insert(String(key.dropFirst(prefix.count))) }
            if key == "kubernetes.io/role", !value.isEmpty { roles.insert(value) }
        }
        return roles.isEmpty ? "<none>" : roles.sorted().joined(separator: ",")
    }

    private func address(_ node: JSONValue, _ type: String) -> JSONValue {
        TableText.orNone(node["status"]?.elements("addresses").first { $0.text("type") == type }?.text("address") ?? "")
    }

    private func unknown(_ text: String) -> JSONValue { .string(text.isEmpty ? "<unknown>" : text) }
}
