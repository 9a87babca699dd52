// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// A pod's state in a word and a few numbers, decided as `kubectl get pods` shows it.
struct PodSummary {
    private(set) var reason: String
    private(set) var ready = 0
    private(set) var total: Int
    private(set) var restarts: Int64 = 0
    private(set) var lastRestart: Time?

    init(_ pod: JSONValue) {
        let spec = pod["spec"] ?? .object([:])
        let status = pod["status"] ?? .object([:])
        total = spec.elements("containers").count
        reason = status.text("reason").isEmpty ? status.text("phase") : status.text("reason")
        let scheduling = status.elements("conditions").first { $0.text("type") == "PodScheduled" }
        if scheduling?.text("reason") == "SchedulingGated" { reason = "SchedulingGated" }
        let sidecars = Set(
            spec.elements("initContainers").filter { $0.text("restartPolicy") == "Always" }.map { $0.text("name") }
        )
        total += sidecars.count
        let isInitializing = countInitContainers(status, spec, sidecars)
        if !isInitializing { countContainers(status) }
        if pod.at("metadata", "deletionTimestamp") != nil {
            if status.text("reason") == "NodeLost" {
                reason = "Unknown"
            } else if !["Succeeded", "Failed"].contains(status.text("phase")) {
                reason = "Terminating"
            }
        }
    }

    /// - Returns: Whether the pod still initializes.
    private mutating func countInitContainers(_ status: JSONValue, _ spec: JSONValue, _ sidecars: Set<String>) -> Bool {
        let count = spec.elements("initContainers").count
        for (index, container) in status.elements("initContainerStatuses").enumerated() {
            noteRestarts(container)
            let isSidecar = sidecars.contains(container.text("name"))
            let terminated = container.at("state", "terminated")
            if terminated?.integer("exitCode") == 0 { continue }
            if isSidecar, container.bool("started") {
                if container.bool("ready") { ready += 1 }
                continue
            }
            if let terminated {
                reason = "Init:" + Self.ending(terminated)
            } else if let waiting = container.at("state", "waiting")?.text("reason"), !waiting.isEmpty,
                waiting != "PodInitializing"
            {
                reason = "Init:" + waiting
            } else {
                reason = "Init:\(index)/\(count)"
            }
            return !status.elements("conditions").contains { $0.text("type") == "Initialized" && $0.text("status") == "True" }
        }
        return false
    }

    private mutating func countContainers(_ status: JSONValue) {
        var hasRunning = false
        for container in status.elements("containerStatuses").reversed() {
            noteRestarts(container)
            let state = container["state"] ?? .object([:])
            let waiting = state["waiting"]?.text("reason") ?? ""
            if !waiting.isEmpty {
                reason = waiting
            } else if let terminated = state["terminated"] {
                reason = Self.ending(terminated)
            } else if container.bool("ready"), state["running"] != nil {
                hasRunning = true
                ready += 1
            }
        }
        guard reason == "Completed", hasRunning else { return }
        let isReady = status.elements("conditions").contains { $0.text("type") == "Ready" && $0.text("status") == "True" }
        reason = isReady ? "Running" : "NotReady"
    }

    private mutating func noteRestarts(_ container: JSONValue) {
        restarts += container.integer("restartCount") ?? 0
        if let finished = container.at("lastState", "terminated")?.time("finishedAt"), lastRestart.map({ $0 < finished }) ?? true
        {
            lastRestart = finished
        }
    }

    private static func ending(_ terminated: JSONValue) -> String {
        if !terminated.text("reason").isEmpty { return terminated.text("reason") }
        if let signal = terminated.integer("signal"), signal != 0 { return "Signal:\(signal)" }
        return "ExitCode:\(terminated.integer("exitCode") ?? 0)"
    }
}
