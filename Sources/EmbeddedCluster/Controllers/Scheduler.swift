// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Gives pods to nodes that are ready and have room for them, and says in the pod's status when there is none.
actor Scheduler: ClusterController {
    nonisolated let name = "scheduler"
    private let access: ClusterAccess
    private var state = SchedulerState()

    private static let pods = ResourceID(group: "", resource: "pods")
    private static let nodes = ResourceID(group: "", resource: "nodes")

    init(access: ClusterAccess) { self.access = access }

    func synchronise() async throws(StatusError) {
        state = SchedulerState()
        for entry in access.entries(Self.nodes) { state.setNode(entry.key.name, try entry.object()) }
        for entry in access.entries(Self.pods) { state.setPod(entry.key, try entry.object()) }
        try await schedule(state.waiting)
    }

    func handle(_ changes: [StoreChange]) async throws(StatusError) {
        var hasMoreRoom = false
        var new: Set<StorageKey> = []
        for change in changes {
            switch change.key.resourceID {
            case Self.nodes:
                state.setNode(change.key.name, try change.entry?.object())
                hasMoreRoom = true
            case Self.pods:
                let wasPlaced = !(change.previous?.parts.fields["spec.nodeName"] ?? "").isEmpty
                let pod = try change.entry?.object()
                state.setPod(change.key, pod)
                let phase = pod?["status"]?["phase"]?.string
                if wasPlaced, pod == nil || phase == "Succeeded" || phase == "Failed" { hasMoreRoom = true }
                if change.previous == nil || change.previous?.parts.isTerminating != change.entry?.parts.isTerminating {
                    new.insert(change.key)
                }
            default: break
            }
        }
        try await schedule(hasMoreRoom ? state.waiting : state.waiting.filter(new.contains))
    }

    private func schedule(_ keys: [StorageKey]) async throws(StatusError) {
        var failure: StatusError?
        for key in keys {
            // What one pod meets, such as the refusal of a webhook, keeps no other from its turn.
            do throws(StatusError) { try await schedule(key) } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
    }

    private func schedule(_ key: StorageKey) async throws(StatusError) {
        guard let entry = access.entry(key) else { return }
        let pod = try entry.object()
        switch state.decide(SchedulerState.demand(pod)) {
        case .bind(let node):
            try await access.bind(key, to: node)
            // The next pod must see this one's share at once.
            if let bound = access.entry(key) { state.setPod(key, try bound.object()) }
        case .unschedulable(let message):
            guard !Self.says(pod, message) else { return }
            let now = access.now
            try await access.update(key, subresource: "status") { pod in
                PodConditions.set("PodScheduled", status: "False", reason: "Unschedulable", message: message, in: &pod, now: now)
            }
        }
    }

    private static func says(_ pod: JSONValue, _ message: String) -> Bool {
        (pod["status"]?["conditions"]?.array ?? []).contains {
            $0["type"]?.string == "PodScheduled" && $0["message"]?.string == message
        }
    }
}
