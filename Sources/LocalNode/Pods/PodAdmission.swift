// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesCore

/// What a local node does not run at all, told at once instead of running the pod as something else.
enum PodAdmission {
    /// The pod's reason when it is refused.
    static let reason = "NotSupportedByLocalNode"

    /// Why the pod cannot run here; nil when it can.
    static func refusal(_ pod: Pod) -> String? {
        guard let spec = pod.spec else { return "the pod has no spec" }
        let security = [spec.securityContext?.runAsUser, spec.containers.first?.securityContext?.runAsUser].compactMap { $0 }
        let checks: [(Bool, String)] = [
            (spec.containers.count != 1, "pods have exactly one container here"),
            (!(spec.initContainers ?? []).isEmpty, "init containers are not supported here"),
            ((spec.restartPolicy ?? "Always") != "Never", "only restartPolicy Never is supported here"),
            (
                spec.hostNetwork == true || spec.hostPID == true || spec.hostIPC == true,
                "host namespaces are not given to pods here"
            ),
            (spec.containers.first?.securityContext?.privileged == true, "privileged containers are not supported here"),
            (
                security.contains { $0 != Int64(SandboxPlan.userID) },
                "programs run as user \(SandboxPlan.userID) here, no other runAsUser"
            ),
        ]
        return checks.first { $0.0 }?.1
    }
}
