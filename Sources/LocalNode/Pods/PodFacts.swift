// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesCore
import KubernetesMeta

/// What the life of a pod depends on, read from the object.
struct PodFacts: Sendable, Hashable {
    /// Seconds that the pod may be active, counted from when the node took it.
    var activeDeadline: Int64?
    /// Seconds between SIGTERM and SIGKILL.
    var grace: Int64
    /// Someone deletes it, with this grace.
    var deletionGrace: Int64?
    /// Why this node will not run it.
    var refusal: String?
    /// The object says that it has ended.
    var isTerminal: Bool
    /// The object says that its container was started.
    var hasStarted: Bool

    init(_ pod: Pod) {
        activeDeadline = pod.spec?.activeDeadlineSeconds
        grace = max(0, pod.spec?.terminationGracePeriodSeconds ?? 30)
        if pod.metadata.deletionTimestamp != nil {
            deletionGrace = max(0, pod.metadata.deletionGracePeriodSeconds ?? pod.spec?.terminationGracePeriodSeconds ?? 30)
        }
        refusal = PodAdmission.refusal(pod)
        isTerminal = ["Succeeded", "Failed"].contains(pod.status?.phase ?? "")
        hasStarted = (pod.status?.containerStatuses ?? []).contains { $0.state?.running != nil || $0.started == true }
    }

    init(
        activeDeadline: Int64? = nil,
        grace: Int64 = 30,
        deletionGrace: Int64? = nil,
        refusal: String? = nil,
        isTerminal: Bool = false,
        hasStarted: Bool = false
    ) {
        self.activeDeadline = activeDeadline
        self.grace = grace
        self.deletionGrace = deletionGrace
        self.refusal = refusal
        self.isTerminal = isTerminal
        self.hasStarted = hasStarted
    }
}
