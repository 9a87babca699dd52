// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Says of nodes that no longer renew their lease that their state is unknown, so that no pods go there.
actor NodeHealthController {
    private let access: ClusterAccess
    private let store: ObjectStore
    private let clock: ClusterClock
    private var state = NodeHealthState()

    private static let leases = WatchScope(
        resource: ResourceID(group: "coordination.k8s.io", resource: "leases"),
        namespace: "kube-node-lease"
    )

    init(access: ClusterAccess, store: ObjectStore, clock: ClusterClock) {
        self.access = access
        self.store = store
        self.clock = clock
    }

    /// Works until the task is cancelled or the store is closed.
    func run() async throws {
        while !Task.isCancelled {
            let start = try await store.watch(Self.leases, after: nil, includingState: true, capacity: 10_000)
            for entry in start.entries { try observe(entry) }
            try await follow(start.feed)
            if await store.isShutDown { return }
        }
    }

    private func follow(_ feed: WatchFeed) async throws {
        while !Task.isCancelled {
            switch await feed.next(until: state.nextDeadline, clock: clock) {
            case .changes(let changes):
                for change in changes {
                    if let entry = change.entry { try observe(entry) } else { state.forget(change.key.name) }
                }
            case .ended: return
            case .nothing: break
            }
            for node in state.newlySilent(now: clock.monotonicNow()) { try await markUnknown(node) }
        }
    }

    private func observe(_ lease: ObjectEntry) throws(StatusError) {
        let renewal = try lease.object()["spec"]?["renewTime"]?.string ?? ""
        state.observe(lease.key.name, renewal: renewal, now: clock.monotonicNow())
    }

    private func markUnknown(_ node: String) async throws(StatusError) {
        let now = access.now
        try await access.update(StorageKey(group: "", resource: "nodes", name: node), subresource: "status") { node in
            let conditions = (node["status"]?["conditions"]?.array ?? []).map { condition -> JSONValue in
                var condition = condition
                guard condition["status"]?.string != "Unknown" else { return condition }
                condition["status"] = "Unknown"
                condition["reason"] = "NodeStatusUnknown"
                condition["message"] = "Kubelet stopped posting node status."
                condition["lastTransitionTime"] = .string(now.description)
                return condition
            }
            if node["status"]?.object == nil { node["status"] = .object([:]) }
            node["status"]?["conditions"] = .array(conditions)
        }
    }
}
