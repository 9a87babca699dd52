// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import KubernetesMeta
import KubernetesNetworking

/// Builds the NetworkPolicies. A policy that selects pods and lists no rule denies all their traffic, DNS too.
enum PolicyBuilder {
    /// Stands in every namespace before its first task pod, because a network plugin may program a new policy after the pod has started.
    static func shared(namespace: String) -> NetworkPolicy {
        NetworkPolicy(
            metadata: ObjectMeta(labels: [TaskNames.managedLabel: "true"], name: TaskNames.sharedPolicy, namespace: namespace),
            spec: policy([TaskNames.managedLabel: "true"])
        )
    }

    /// The task's own policy; it goes with the task. It allows what the task's network set names, and nothing when there is none.
    ///
    /// - Parameter profile: That of the task; nil to deny everything.
    static func task(_ task: AgentTask, profile: TaskProfile?) -> NetworkPolicy {
        let set = profile?.spec.networkSet(of: task.spec)
        return NetworkPolicy(
            metadata: TaskNames.metadata(task, name: TaskNames.policy(task)),
            spec: policy([TaskNames.taskLabel: task.metadata.name ?? ""], egress: set.map(rules) ?? [])
        )
    }

    /// Whether a policy that exists denies what ours denies and allows what ours allows.
    static func isIntact(_ policy: NetworkPolicy, desired: NetworkPolicy) -> Bool {
        guard let spec = policy.spec, let wanted = desired.spec else { return false }
        return spec.podSelector == wanted.podSelector && (spec.ingress ?? []).isEmpty
            && spec.egress ?? [] == wanted.egress ?? [] && Set(spec.policyTypes ?? []) == Set(wanted.policyTypes ?? [])
    }

    private static func policy(_ labels: [String: String], egress: [NetworkPolicyEgressRule] = []) -> NetworkPolicySpec {
        NetworkPolicySpec(
            egress: egress.isEmpty ? nil : egress,
            podSelector: LabelSelector(matchLabels: labels),
            policyTypes: ["Ingress", "Egress"]
        )
    }

    private static func rules(_ set: NetworkSet) -> [NetworkPolicyEgressRule] {
        (set.egress ?? []).compactMap(rule) + (set.dns == true ? [nameServers] : [])
    }

    /// Nil for a range that no set may reach, and for what is no range: a rule without a peer would allow everything.
    private static func rule(_ destination: NetworkDestination) -> NetworkPolicyEgressRule? {
        guard let range = AddressRange(destination.cidr) else { return nil }
        let forbidden = NetworkSet.metadataAddresses.compactMap { text in AddressRange(text).map { (text, $0) } }
        guard !forbidden.contains(where: { $0.1.contains(range) }) else { return nil }
        let holes = (destination.except ?? []) + forbidden.filter { range.contains($0.1) }.map(\.0)
        return NetworkPolicyEgressRule(
            ports: destination.ports?.map { ports in
                NetworkPolicyPort(endPort: ports.endPort, port: .int(ports.port), protocol: ports.protocol ?? "TCP")
            },
            to: [NetworkPolicyPeer(ipBlock: IPBlock(cidr: destination.cidr, except: holes.isEmpty ? nil : holes))]
        )
    }

    private static let nameServers = NetworkPolicyEgressRule(
        ports: [
            NetworkPolicyPort(port: .int(53), protocol: "UDP"), NetworkPolicyPort(port: .int(53), protocol: "TCP"),
        ],
        to: [
            NetworkPolicyPeer(
                namespaceSelector: LabelSelector(matchLabels: ["kubernetes.io/metadata.name": "kube-system"]),
                podSelector: LabelSelector(matchLabels: ["k8s-app": "kube-dns"])
            )
        ]
    )
}
