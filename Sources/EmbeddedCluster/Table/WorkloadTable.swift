// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Kinds that make pods.
struct WorkloadTable: KindTable {
    let kind: WorkloadRules.Kind

    private static let containers: [TableColumn] = [
        .wide("Containers", "The names of the containers."), .wide("Images", "Their images."),
    ]
    private static let selector = TableColumn.wide("Selector", "The pods it looks after.")

    var columns: [TableColumn] {
        switch kind {
        case .deployment:
            [
                .objectName, .text("Ready", "Replicas that are ready, of those wanted."),
                .number("Up-to-date", "Replicas of the present template."),
                .number("Available", "Replicas that are available."), .age,
            ] + Self.containers + [Self.selector]
        case .replicaSet:
            [
                .objectName, .number("Desired", "Replicas that are wanted."), .number("Current", "Replicas that are there."),
                .number("Ready", "Replicas that are ready."), .age,
            ] + Self.containers + [Self.selector]
        case .statefulSet: [.objectName, .text("Ready", "Replicas that are ready, of those wanted."), .age] + Self.containers
        case .daemonSet:
            [
                .objectName, .number("Desired", "Nodes that should run it."), .number("Current", "Nodes that run it."),
                .number("Ready", "Nodes where it is ready."), .number("Up-to-date", "Nodes with the present template."),
                .number("Available", "Nodes where it is available."), .text("Node Selector", "The nodes it is for."), .age,
            ] + Self.containers + [Self.selector]
        case .job:
            [
                .objectName, .text("Status", "How it stands."), .text("Completions", "Pods that succeeded, of those wanted."),
                .text("Duration", "How long it ran."), .age,
            ] + Self.containers + [Self.selector]
        case .cronJob:
            [
                .objectName, .text("Schedule", "When it runs."), .text("Timezone", "In which time zone."),
                TableColumn(name: "Suspend", type: "boolean", description: "Whether it is suspended."),
                .number("Active", "Jobs that run now."), .text("Last Schedule", "When it ran last."), .age,
            ] + Self.containers + [Self.selector]
        }
    }

    func cells(for object: JSONValue, now: Time) -> [JSONValue] {
        let spec = object["spec"] ?? .object([:])
        let status = object["status"] ?? .object([:])
        let count = { (name: String) in status.integer(name) ?? 0 }
        let desired = spec.integer("replicas") ?? 0
        let age = TableText.age(object, now: now)
        let name = TableText.name(object)
        let selector = JSONValue.string(TableText.selector(spec["selector"]))
        switch kind {
        case .deployment:
            return [
                name, .string("\(count("readyReplicas"))/\(desired)"), .int(count("updatedReplicas")),
                .int(count("availableReplicas")), age,
            ]
                + containers(spec) + [selector]
        case .replicaSet:
            return [name, .int(desired), .int(count("replicas")), .int(count("readyReplicas")), age] + containers(spec) + [
                selector
            ]
        case .statefulSet: return [name, .string("\(count("readyReplicas"))/\(desired)"), age] + containers(spec)
        case .daemonSet:
            let numbers = [
                "desiredNumberScheduled", "currentNumberScheduled", "numberReady", "updatedNumberScheduled", "numberAvailable",
            ]
            let nodes = TableText.labels(spec.at("template", "spec", "nodeSelector"))
            return [name] + numbers.map { .int(count($0)) } + [.string(nodes), age] + containers(spec) + [selector]
        case .job:
            return [
                name, .string(jobStatus(object)), .string(completions(spec, status)), .string(duration(status, now: now)), age,
            ]
                + containers(spec) + [selector]
        case .cronJob:
            let last = status.time("lastScheduleTime").map { TableText.since($0, now: now) } ?? "<none>"
            let template = spec.at("jobTemplate", "spec") ?? .object([:])
            return [
                name, .string(spec.text("schedule")), TableText.orNone(spec.text("timeZone")), .bool(spec.bool("suspend")),
                .int(status.elements("active").count), .string(last), age,
            ] + containers(template) + [.string(TableText.selector(template["selector"]))]
        }
    }

    private func containers(_ spec: JSONValue) -> [JSONValue] {
        let containers = TableText.containers(spec.at("template", "spec"))
        return [containers.names, containers.images]
    }

    private func jobStatus(_ job: JSONValue) -> String {
        let conditions =
            job["status"]?.elements("conditions").filter { $0.text("status") == "True" }.map { $0.text("type") } ?? []
        if conditions.contains("Complete") { return "Complete" }
        if conditions.contains("Failed") { return "Failed" }
        if job.at("metadata", "deletionTimestamp") != nil { return "Terminating" }
        if conditions.contains("Suspended") { return "Suspended" }
        if conditions.contains("FailureTarget") { return "FailureTarget" }
        return conditions.contains("SuccessCriteriaMet") ? "SuccessCriteriaMet" : "Running"
    }

    private func completions(_ spec: JSONValue, _ status: JSONValue) -> String {
        let succeeded = status.integer("succeeded") ?? 0
        if let wanted = spec.integer("completions") { return "\(succeeded)/\(wanted)" }
        let parallelism = spec.integer("parallelism") ?? 0
        return parallelism > 1 ? "\(succeeded)/1 of \(parallelism)" : "\(succeeded)/1"
    }

    private func duration(_ status: JSONValue, now: Time) -> String {
        guard let start = status.time("startTime") else { return "" }
        return TableText.since(start, now: status.time("completionTime") ?? now)
    }
}
