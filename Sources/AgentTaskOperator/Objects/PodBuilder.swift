// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import KubernetesCore
import KubernetesMeta

/// Builds the one pod of a task's attempt: non-root, no network, read-only, without a token, with limits. Every field here is part of
/// the contract with the Pod Security Standard `restricted`.
enum PodBuilder {
    static let artifacts = "\(BuiltinProfiles.workspace)/artifacts"
    static let resultPath = "\(artifacts)/result.json"
    static let usualUser: Int64 = 1000
    static let timeoutVariable = "AGENTTASK_TIMEOUT_SECONDS"

    /// Limits for a task that names none.
    static let defaultLimits: [String: Quantity] = [
        "cpu": quantity("500m"), "memory": quantity("256Mi"), "ephemeral-storage": quantity("256Mi"),
    ]
    /// Requests for a task that names neither.
    static let defaultRequests: [String: Quantity] = [
        "cpu": quantity("50m"), "memory": quantity("64Mi"), "ephemeral-storage": quantity("64Mi"),
    ]

    /// The pod of the task's present attempt.
    static func pod(_ task: AgentTask, profile: TaskProfile) -> Pod {
        let attempt = TaskNames.attempt(task) + 1
        var metadata = TaskNames.metadata(task, name: TaskNames.pod(task))
        metadata.annotations = [TaskNames.generationAnnotation: String(task.metadata.generation ?? 0)]
        return Pod(metadata: metadata, spec: spec(task, profile: profile, attempt: attempt))
    }

    private static func spec(_ task: AgentTask, profile: TaskProfile, attempt: Int) -> PodSpec {
        let timeout = Int64(TaskStateMachine.timeoutSeconds(of: task, profile: profile.spec))
        let startup = Int64(task.spec.startupTimeoutSeconds ?? TaskStateMachine.defaultStartupTimeoutSeconds)
        var spec = PodSpec(containers: [container(task, profile: profile, attempt: attempt)])
        // The safety net while no operator runs; the operator itself stops the pod earlier.
        spec.activeDeadlineSeconds = startup + timeout + 30
        spec.automountServiceAccountToken = false
        if profile.spec.networkSet(of: task.spec)?.dns == true {
            spec.dnsPolicy = "ClusterFirst"
        } else {
            // Look-ups fail at once instead of waiting for a name server that cannot be reached.
            spec.dnsConfig = PodDNSConfig(nameservers: ["127.0.0.1"])
            spec.dnsPolicy = "None"
        }
        spec.enableServiceLinks = false
        spec.hostUsers = profile.spec.hostUsers
        spec.imagePullSecrets = profile.spec.imagePullSecrets?.map { LocalObjectReference(name: $0) }
        spec.nodeSelector = profile.spec.scheduling?.nodeSelector
        spec.tolerations = profile.spec.scheduling?.tolerations
        spec.priorityClassName = task.spec.priorityClassName
        spec.runtimeClassName = profile.spec.runtimeClassName
        spec.restartPolicy = "Never"
        let user = profile.spec.runAsUser ?? usualUser
        spec.securityContext = PodSecurityContext(
            fsGroup: user,
            fsGroupChangePolicy: "OnRootMismatch",
            runAsGroup: user,
            runAsNonRoot: true,
            runAsUser: user,
            seccompProfile: SeccompProfile(type: "RuntimeDefault")
        )
        spec.terminationGracePeriodSeconds = TaskStateMachine.gracePeriodSeconds
        spec.volumes = [
            code(task, profile: profile),
            Volume(name: "tmp", emptyDir: EmptyDirVolumeSource(sizeLimit: profile.spec.storage?.tmp ?? quantity("64Mi"))),
            Volume(
                name: "artifacts",
                emptyDir: EmptyDirVolumeSource(sizeLimit: profile.spec.storage?.artifacts ?? quantity("100Mi"))
            ),
        ]
        return spec
    }

    private static func container(_ task: AgentTask, profile: TaskProfile, attempt: Int) -> Container {
        var container = Container(name: TaskNames.container)
        container.image = profile.image
        container.imagePullPolicy = profile.spec.imagePullPolicy ?? "IfNotPresent"
        container.command = profile.command + ["\(BuiltinProfiles.workspace)/\(profile.entrypoint)"]
        container.args = task.spec.args
        container.env = environment(task, profile: profile, attempt: attempt)
        container.resources = resources(task.spec.resources, profile: profile.spec.resources)
        container.securityContext = SecurityContext(
            allowPrivilegeEscalation: false,
            capabilities: Capabilities(drop: ["ALL"]),
            privileged: false,
            readOnlyRootFilesystem: true,
            runAsNonRoot: true,
            seccompProfile: SeccompProfile(type: "RuntimeDefault")
        )
        container.terminationMessagePath = resultPath
        container.terminationMessagePolicy = "FallbackToLogsOnError"
        container.volumeMounts = [
            VolumeMount(mountPath: BuiltinProfiles.workspace, name: "code", readOnly: true),
            VolumeMount(mountPath: artifacts, name: "artifacts"),
            VolumeMount(mountPath: "/tmp", name: "tmp"),
        ]
        container.workingDir = artifacts
        return container
    }

    private static func environment(_ task: AgentTask, profile: TaskProfile, attempt: Int) -> [EnvVar] {
        let timeout = TaskStateMachine.timeoutSeconds(of: task, profile: profile.spec)
        let own = [
            ("PYTHONUNBUFFERED", "1"), ("PYTHONDONTWRITEBYTECODE", "1"), ("HOME", "/tmp"), ("TMPDIR", "/tmp"),
            ("AGENTTASK_NAME", task.metadata.name ?? ""), ("AGENTTASK_NAMESPACE", task.metadata.namespace ?? ""),
            ("AGENTTASK_UID", task.metadata.uid ?? ""), ("AGENTTASK_ATTEMPT", String(attempt)),
            ("AGENTTASK_RESULT_PATH", resultPath),
            ("AGENTTASK_ARTIFACTS_DIR", artifacts), (timeoutVariable, String(timeout)),
        ].map { EnvVar(name: $0, value: $1) }
        let users = (task.spec.env ?? []).map { variable in
            guard let secret = variable.valueFrom?.secretKeyRef else {
                return EnvVar(name: variable.name, value: variable.value)
            }
            return EnvVar(
                name: variable.name,
                valueFrom: EnvVarSource(
                    secretKeyRef: SecretKeySelector(key: secret.key, name: secret.name, optional: secret.optional)
                )
            )
        }
        // A profile may override the first four, a task those and the profile's; a list of a pod must not name a variable twice.
        let profiles = (profile.spec.env ?? []).map { EnvVar(name: $0.name, value: $0.value) }
        let names = Set(users.map(\.name))
        let before = names.union(profiles.map(\.name))
        return own.filter { !before.contains($0.name) } + profiles.filter { !names.contains($0.name) } + users
    }

    /// Limits are always set, so that one task cannot take a node down. What the task does not ask for is the profile's default, else ours,
    /// and never more than the profile's maximum; request and limit of a resource fit each other.
    private static func resources(_ wanted: ResourceRequirements?, profile: ProfileResources?) -> ResourceRequirements {
        func capped(_ amounts: [String: Quantity]) -> [String: Quantity] {
            Dictionary(uniqueKeysWithValues: amounts.map { name, amount in (name, min(amount, profile?.max?[name] ?? amount)) })
        }
        var limits = capped(defaultLimits.merging(profile?.default?.limits ?? [:]) { $1 })
        var requests = capped(defaultRequests.merging(profile?.default?.requests ?? [:]) { $1 })
        for (name, request) in wanted?.requests ?? [:] {
            requests[name] = request
            if let limit = limits[name], limit < request { limits[name] = request }
        }
        limits.merge(wanted?.limits ?? [:]) { $1 }
        for (name, request) in requests where wanted?.requests?[name] == nil {
            if let limit = limits[name], limit < request { requests[name] = limit }
        }
        return ResourceRequirements(limits: limits, requests: requests)
    }

    private static func code(_ task: AgentTask, profile: TaskProfile) -> Volume {
        var sources: [VolumeProjection] = []
        if let reference = task.spec.code.configMapRef {
            let item = KeyToPath(key: reference.key ?? profile.entrypoint, path: profile.entrypoint)
            sources.append(VolumeProjection(configMap: ConfigMapProjection(items: [item], name: reference.name)))
        }
        if CodeBuilder.configMap(task, entrypoint: profile.entrypoint) != nil {
            sources.append(VolumeProjection(configMap: ConfigMapProjection(name: TaskNames.code(task))))
        }
        return Volume(name: "code", projected: ProjectedVolumeSource(defaultMode: 0o444, sources: sources))
    }

    private static func quantity(_ text: StaticString) -> Quantity { Quantity("\(text)") ?? Quantity(0) }
}
