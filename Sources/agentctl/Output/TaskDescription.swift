// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import KubernetesEvents
import KubernetesJSON
import KubernetesMeta

/// A task as `agentctl describe` shows it.
struct TaskDescription {
    let task: AgentTask
    let events: [Event]
    let now: Time

    var text: String {
        var lines: [String] = []
        func field(_ name: String, _ value: String?) {
            guard let value, !value.isEmpty else { return }
            lines.append("\(name):" + String(repeating: " ", count: max(1, 14 - name.count)) + SafeText.line(value))
        }
        let status = task.status
        field("Name", task.metadata.name)
        field("Namespace", task.metadata.namespace)
        field("Phase", task.phase.rawValue)
        field("Reason", status?.reason)
        field("Message", status?.message)
        field("Exit code", status?.exitCode.map(String.init))
        field("Signal", status?.signal.map(String.init))
        field("Profile", task.spec.runtimeProfile)
        field("Image", status?.resolvedProfile?.image)
        field("Tenant", task.spec.tenant)
        field("Pod", status?.podRef?.name)
        field("Timeout", task.spec.timeoutSeconds.map { "\($0)s" })
        field("Created", task.metadata.creationTimestamp.map { "\($0) (\(Age.text(since: $0, now: now)) ago)" })
        field("Started", status?.executionStartTime?.description)
        field("Ended", status?.completionTime?.description)
        section("Result", status?.result.map(result), to: &lines)
        section("Log tail", status?.logTail, to: &lines)
        section("Conditions", conditions, to: &lines)
        section("Events", eventTable, to: &lines)
        return lines.joined(separator: "\n") + "\n"
    }

    private func section(_ title: String, _ text: String?, to lines: inout [String]) {
        guard let text, !text.isEmpty else { return }
        lines.append("\(title):")
        lines += SafeText.block(text).split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.isEmpty }.map {
            "  \($0)"
        }
    }

    private func result(_ result: TaskResult) -> String {
        if let json = result.json { return json.indented }
        return (result.truncated == true ? "(cut at \(result.sizeBytes ?? 0) bytes)\n" : "") + (result.raw ?? "")
    }

    private var conditions: String? {
        guard let conditions = task.status?.conditions, !conditions.isEmpty else { return nil }
        var table = TextTable(["TYPE", "STATUS", "REASON", "AGE", "MESSAGE"])
        for condition in conditions {
            let age = Age.text(since: condition.lastTransitionTime, now: now)
            table.add([condition.type, condition.status, condition.reason, age, condition.message])
        }
        return table.text
    }

    private var eventTable: String? {
        guard !events.isEmpty else { return nil }
        var table = TextTable(["TYPE", "REASON", "AGE", "MESSAGE"])
        for event in events {
            let time = event.series?.lastObservedTime ?? event.eventTime
            table.add([event.type ?? "", event.reason ?? "", Age.text(since: time.map { Time($0) }, now: now), event.note ?? ""])
        }
        return table.text
    }
}
