// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc
import KubernetesCore
import KubernetesMeta

/// The Node object as this host has it.
struct NodeObject: Sendable {
    let name: String
    let capacity: HostCapacity
    /// Profiles that the host can run.
    let profiles: [String]
    /// The processors' shares of sandboxes are bounded by cgroups.
    let boundsProcessors: Bool
    let now: Time

    static let profileLabel = "agenttask.io/profile-"

    func node() -> Node {
        Node(metadata: ObjectMeta(annotations: annotations, labels: labels, name: name), status: status(previous: nil))
    }

    var labels: [String: String] {
        var labels = [
            "kubernetes.io/hostname": name,
            "kubernetes.io/os": "linux",
            "kubernetes.io/arch": Self.architecture,
            "agenttask.io/local-node": "true",
        ]
        for profile in profiles { labels[Self.profileLabel + profile] = "true" }
        return labels
    }

    var annotations: [String: String] {
        [
            "agenttask.io/limits": boundsProcessors
                ? "processes, memory, storage: enforced; cpu: shares and quota by cgroup"
                : "processes, memory, storage: enforced; cpu: not enforced, cgroups cannot be written here"
        ]
    }

    func status(previous: NodeStatus?) -> NodeStatus {
        var status = previous ?? NodeStatus()
        status.capacity = capacity.resources
        status.allocatable = capacity.resources
        status.addresses = [
            NodeAddress(address: LocalNodeOptions.address, type: "InternalIP"), NodeAddress(address: name, type: "Hostname"),
        ]
        let since = previous?.conditions?.first { $0.type == "Ready" && $0.status == "True" }?.lastTransitionTime
        status.conditions = [
            NodeCondition(
                status: "True",
                type: "Ready",
                lastHeartbeatTime: now,
                lastTransitionTime: since ?? now,
                message: "sandboxes run on this host",
                reason: "SandboxesReady"
            )
        ]
        status.nodeInfo = NodeSystemInfo(
            architecture: Self.architecture,
            bootID: SandboxRecord.currentBoot(),
            containerRuntimeVersion: "bubblewrap://local",
            kernelVersion: TextFile.text("/proc/sys/kernel/osrelease") ?? "",
            kubeProxyVersion: "",
            kubeletVersion: "agenttask-local",
            machineID: TextFile.text("/etc/machine-id") ?? "",
            operatingSystem: "linux",
            osImage: Self.osImage(TextFile.text("/etc/os-release") ?? ""),
            systemUUID: ""
        )
        return status
    }

    static func osImage(_ release: String) -> String {
        let line = release.split(separator: "\n").first { $0.hasPrefix("PRETTY_NAME=") }
        return line.map { $0.dropFirst("PRETTY_NAME=".count).filter { $0 != "\"" } } ?? "Linux"
    }

    private static let architecture: String = {
        #if arch(x86_64)
            "amd64"
        #elseif arch(arm64)
            "arm64"
        #else
            "unknown"
        #endif
    }()
}
