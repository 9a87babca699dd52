// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesCore
import KubernetesNetworking

/// Compares an object that was already there with the one the task needs. An owner reference can be forged by whoever may create the
/// object, so content is compared as well; what an API server or an admission webhook adds is not.
enum OwnedContent {
    static func matches(_ found: Pod, _ desired: Pod) -> Bool {
        guard let mine = desired.spec?.containers.first, let spec = found.spec, let want = desired.spec,
            let theirs = spec.containers.first(where: { $0.name == TaskNames.container })
        else { return false }
        return theirs.image == mine.image && theirs.command == mine.command && theirs.args ?? [] == mine.args ?? []
            && Set(mine.env ?? []).isSubset(of: theirs.env ?? []) && theirs.securityContext == mine.securityContext
            && spec.securityContext?.runAsUser == want.securityContext?.runAsUser && spec.securityContext?.runAsNonRoot == true
            && spec.automountServiceAccountToken == false && spec.hostNetwork ?? false == false && spec.hostPID ?? false == false
            && Set(want.volumes ?? []).isSubset(of: spec.volumes ?? [])
    }

    static func matches(_ found: ConfigMap, _ desired: ConfigMap) -> Bool {
        found.data ?? [:] == desired.data ?? [:] && found.immutable == true && (found.binaryData ?? [:]).isEmpty
    }
}
