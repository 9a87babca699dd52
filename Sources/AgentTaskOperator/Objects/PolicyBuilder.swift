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
            spec: denyAll([TaskNames.managedLabel: "true"])
        )
    }

    /// The task's own policy; it goes with the task.
    static func task(_ task: AgentTask) -> NetworkPolicy {
        NetworkPolicy(
            metadata: TaskNames.metadata(task, name: TaskNames.policy(task)),
            spec: denyAll([TaskNames.taskLabel: task.metadata.name ?? ""])
        )
    }

    /// Whether a policy that exists denies what ours denies.
    static func isIntact(_ policy: NetworkPolicy, desired: NetworkPolicy) -> Bool {
        guard let spec = policy.spec, let wanted = desired.spec else { return false }
        return spec.podSelector == wanted.podSelector && (spec.ingress ?? []).isEmpty && (spec.egress ?? []).isEmpty
            && Set(spec.policyTypes ?? []) == Set(wanted.policyTypes ?? [])
    }

    private static func denyAll(_ labels: [String: String]) -> NetworkPolicySpec {
        NetworkPolicySpec(podSelector: LabelSelector(matchLabels: labels), policyTypes: ["Ingress", "Egress"])
    }
}
