// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesCore
import KubernetesMeta
import KubernetesNetworking

/// Compares an object that was already there with the one the task needs. An owner reference can be forged by whoever may create the
/// object, so content is compared as well; what an API server or an admission webhook adds is not.
enum OwnedContent {
    static func matches(_ found: Pod, _ desired: Pod) -> Bool {
        guard let mine = desired.spec?.containers.first, let spec = found.spec, let want = desired.spec,
            let theirs = spec.containers.first(where: { $0.name == TaskNames.container })
        else { return false }
        let isSafe =
            theirs.image == mine.image && theirs.command == mine.command && theirs.securityContext == mine.securityContext
            && theirs.terminationMessagePath == mine.terminationMessagePath
            && Set(mine.volumeMounts ?? []).isSubset(of: theirs.volumeMounts ?? []) && !isCovered(mine, by: theirs)
            && spec.securityContext?.runAsUser == want.securityContext?.runAsUser && spec.securityContext?.runAsNonRoot == true
            && spec.runtimeClassName == want.runtimeClassName && spec.hostUsers == want.hostUsers
            && spec.dnsPolicy == want.dnsPolicy
            // A RuntimeClass may add to them.
            && (want.nodeSelector ?? [:]).allSatisfy { spec.nodeSelector?[$0.key] == $0.value }
            && spec.automountServiceAccountToken == false && spec.hostNetwork ?? false == false && spec.hostPID ?? false == false
            && spec.hostIPC ?? false == false && Set(want.volumes ?? []).isSubset(of: spec.volumes ?? [])
            // Without its labels no policy selects it.
            && (desired.metadata.labels ?? [:]).allSatisfy { found.metadata.labels?[$0.key] == $0.value }
        guard isSafe, identity(mine).isSubset(of: theirs.env ?? []) else { return false }
        // The spec of a task may change after its pod was made; then only what cannot change is compared.
        if let made = generation(found), let now = generation(desired), made < now { return true }
        return theirs.args ?? [] == mine.args ?? [] && Set(mine.env ?? []).isSubset(of: theirs.env ?? [])
    }

    static func matches(_ found: ConfigMap, _ desired: ConfigMap) -> Bool {
        found.data ?? [:] == desired.data ?? [:] && found.immutable == true && (found.binaryData ?? [:]).isEmpty
    }

    /// Whether a mount of another hand lies over, or in, a directory that the task's own mounts make: the code and the results.
    private static func isCovered(_ mine: Container, by theirs: Container) -> Bool {
        let own = mine.volumeMounts ?? []
        let places = own.map { components($0.mountPath) }
        return (theirs.volumeMounts ?? []).contains { mount in
            let path = components(mount.mountPath)
            return !own.contains(mount) && places.contains { $0.starts(with: path) || path.starts(with: $0) }
        }
    }

    /// The path as the kernel walks it: the API server takes any spelling.
    private static func components(_ path: String) -> [Substring] {
        path.split(separator: "/").reduce(into: []) { walked, part in
            switch part {
            case ".": break
            case "..": _ = walked.popLast()
            default: walked.append(part)
            }
        }
    }

    /// The variables that say which attempt of which task this is.
    private static func identity(_ container: Container) -> Set<EnvVar> {
        Set((container.env ?? []).filter { $0.name.hasPrefix("AGENTTASK_") && $0.name != PodBuilder.timeoutVariable })
    }

    private static func generation(_ pod: Pod) -> Int64? {
        pod.metadata.annotations?[TaskNames.generationAnnotation].flatMap { Int64($0) }
    }
}
