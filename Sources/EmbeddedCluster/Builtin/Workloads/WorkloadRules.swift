// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Kinds that make pods from a template: Deployments, ReplicaSets, StatefulSets, DaemonSets, Jobs and CronJobs.
///
/// They are stored, defaulted, validated and served. **No controller acts on them yet**: nothing makes their pods.
struct WorkloadRules: KindRules {
    enum Kind: Sendable {
        case deployment
        case replicaSet
        case statefulSet
        case daemonSet
        case job
        case cronJob
    }

    let kind: Kind

    // MARK: Defaults

    func setDefaults(_ object: inout JSONValue) {
        object.change("spec") { spec in
            switch kind {
            case .deployment:
                spec.setDefault("replicas", 1)
                spec.setDefault("revisionHistoryLimit", 10)
                spec.setDefault("progressDeadlineSeconds", 600)
                spec.change("strategy") { strategy in
                    strategy.setDefault("type", "RollingUpdate")
                    guard strategy.text("type") == "RollingUpdate" else { return }
                    strategy.change("rollingUpdate") { update in
                        update.setDefault("maxUnavailable", "25%")
                        update.setDefault("maxSurge", "25%")
                    }
                }
                Self.setTemplateDefaults(&spec)
            case .replicaSet:
                spec.setDefault("replicas", 1)
                Self.setTemplateDefaults(&spec)
            case .statefulSet: Self.setStatefulDefaults(&spec)
            case .daemonSet:
                spec.setDefault("revisionHistoryLimit", 10)
                spec.change("updateStrategy") { strategy in
                    strategy.setDefault("type", "RollingUpdate")
                    guard strategy.text("type") == "RollingUpdate" else { return }
                    strategy.change("rollingUpdate") { update in
                        update.setDefault("maxUnavailable", 1)
                        update.setDefault("maxSurge", 0)
                    }
                }
                Self.setTemplateDefaults(&spec)
            case .job: Self.setJobDefaults(&spec)
            case .cronJob:
                spec.setDefault("concurrencyPolicy", "Allow")
                spec.setDefault("suspend", false)
                spec.setDefault("successfulJobsHistoryLimit", 3)
                spec.setDefault("failedJobsHistoryLimit", 1)
                spec.change("jobTemplate") { template in
                    template.change("spec", Self.setTemplateDefaults)
                }
            }
        }
    }

    private static func setTemplateDefaults(_ spec: inout JSONValue) {
        spec.change("template") { template in template.change("spec", PodDefaults.apply) }
    }

    private static func setStatefulDefaults(_ spec: inout JSONValue) {
        spec.setDefault("replicas", 1)
        spec.setDefault("podManagementPolicy", "OrderedReady")
        spec.setDefault("revisionHistoryLimit", 10)
        spec.change("updateStrategy") { strategy in
            strategy.setDefault("type", "RollingUpdate")
            guard strategy.text("type") == "RollingUpdate" else { return }
            strategy.change("rollingUpdate") { $0.setDefault("partition", 0) }
        }
        spec.change("persistentVolumeClaimRetentionPolicy") { policy in
            policy.setDefault("whenDeleted", "Retain")
            policy.setDefault("whenScaled", "Retain")
        }
        setTemplateDefaults(&spec)
    }

    private static func setJobDefaults(_ spec: inout JSONValue) {
        if spec["completions"] == nil, spec["parallelism"] == nil {
            spec["completions"] = 1
            spec["parallelism"] = 1
        }
        spec.setDefault("parallelism", 1)
        spec.setDefault("backoffLimit", 6)
        spec.setDefault("completionMode", "NonIndexed")
        spec.setDefault("suspend", false)
        spec.setDefault("manualSelector", false)
        spec.setDefault("podReplacementPolicy", spec["podFailurePolicy"] == nil ? "TerminatingOrFailed" : "Failed")
        setTemplateDefaults(&spec)
    }

    /// Jobs select their pods by their own UID, unless told otherwise.
    func prepareForCreate(_ object: inout JSONValue, context: RequestContext) {
        guard kind == .job, object.at("spec", "manualSelector") != true, let uid = object.at("metadata", "uid") else { return }
        let name = object.at("metadata", "name") ?? ""
        object.change("spec") { spec in
            spec["selector"] = ["matchLabels": ["batch.kubernetes.io/controller-uid": uid]]
            spec.change("template") { template in
                template.change("metadata") { metadata in
                    metadata.change("labels") { labels in
                        for prefix in ["", "batch.kubernetes.io/"] {
                            labels[prefix + "controller-uid"] = uid
                            labels[prefix + "job-name"] = name
                        }
                    }
                }
            }
        }
    }

    // MARK: Validation

    func validate(_ object: JSONValue) -> [FieldError] {
        let spec = object["spec"] ?? .object([:])
        var errors: [FieldError] = []
        for field in ["replicas", "minReadySeconds", "revisionHistoryLimit", "parallelism", "completions", "backoffLimit"] {
            errors += FieldChecks.nonNegative(spec.integer(field), "spec." + field)
        }
        switch kind {
        case .job: errors += templateErrors(spec, "spec", restartPolicies: ["Never", "OnFailure"])
        case .cronJob:
            if spec.text("schedule").isEmpty { errors.append(.required("spec.schedule")) }
            errors += FieldChecks.choice(
                spec.text("concurrencyPolicy"),
                "spec.concurrencyPolicy",
                ["Allow", "Forbid", "Replace"]
            )
            let job = spec.at("jobTemplate", "spec") ?? .object([:])
            errors += templateErrors(job, "spec.jobTemplate.spec", restartPolicies: ["Never", "OnFailure"])
        default: errors += selectorErrors(spec) + templateErrors(spec, "spec", restartPolicies: ["Always"])
        }
        return errors
    }

    private func selectorErrors(_ spec: JSONValue) -> [FieldError] {
        guard let selector = spec["selector"], !selector.isNull else { return [.required("spec.selector")] }
        var errors = FieldChecks.labelSelector(selector, "spec.selector")
        if selector.sortedMembers("matchLabels").isEmpty, selector.elements("matchExpressions").isEmpty {
            errors.append(.invalid("spec.selector", selector, "empty selector is invalid for \(Self.words(kind))"))
        }
        let labels = spec.at("template", "metadata", "labels")
        let isSelected = selector.sortedMembers("matchLabels").allSatisfy { labels?[$0.key] == $0.value }
        if errors.isEmpty, !isSelected {
            let reason = "`selector` does not match template `labels`"
            errors.append(.invalid("spec.template.metadata.labels", labels ?? .object([:]), reason))
        }
        return errors
    }

    private func templateErrors(_ spec: JSONValue, _ field: String, restartPolicies: [String]) -> [FieldError] {
        let template = spec["template"] ?? .object([:])
        let path = field + ".template.spec"
        var errors = FieldChecks.labels(template.at("metadata", "labels"), field + ".template.labels")
        let pod = template["spec"] ?? .object([:])
        errors += PodSpecValidation.errors(pod, path)
        let policy = pod.text("restartPolicy")
        if ["Always", "OnFailure", "Never"].contains(policy), !restartPolicies.contains(policy) {
            errors.append(.notSupported(path + ".restartPolicy", .string(policy), restartPolicies))
        }
        return errors
    }

    func validateUpdate(_ object: JSONValue, old: JSONValue) -> [FieldError] {
        var errors = validate(object)
        if kind != .cronJob {
            errors += FieldChecks.immutable(object.at("spec", "selector"), old.at("spec", "selector"), "spec.selector")
        }
        if kind == .job {
            errors += FieldChecks.immutable(object.at("spec", "template"), old.at("spec", "template"), "spec.template")
        }
        return errors
    }

    private static func words(_ kind: Kind) -> String {
        switch kind {
        case .statefulSet: "statefulset"
        case .daemonSet: "daemonset"
        default: "deployment"
        }
    }

    func selectableFields(of object: JSONValue) -> [String: String] {
        switch kind {
        case .replicaSet: ["status.replicas": String(object["status"]?.integer("replicas") ?? 0)]
        case .job: ["status.successful": String(object["status"]?.integer("succeeded") ?? 0)]
        default: [:]
        }
    }

    var table: any KindTable { WorkloadTable(kind: kind) }
}
