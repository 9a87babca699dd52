// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Deletes objects whose owners are gone, and lets owners go that waited for their dependents.
actor GarbageCollector: ClusterController {
    nonisolated let name = "garbage-collector"
    private let access: ClusterAccess
    private var graph = OwnerGraph()

    init(access: ClusterAccess) { self.access = access }

    func synchronise() async throws(StatusError) {
        graph = OwnerGraph()
        for id in access.resources() {
            for entry in access.entries(id) { _ = graph.insert(entry) }
        }
        try await process(graph.candidates)
    }

    func handle(_ changes: [StoreChange]) async throws(StatusError) {
        var affected: Set<String> = []
        for change in changes { affected.formUnion(graph.update(change)) }
        try await process(affected)
    }

    /// What one object meets, such as the refusal of a webhook, keeps no other from its turn; it makes the collector start over later.
    private func process(_ uids: Set<String>) async throws(StatusError) {
        var failure: StatusError?
        let registry = access.handler.currentRegistry
        for uid in uids.sorted() {
            let actions = graph.actions(uid) { owner in
                registry.definition(apiVersion: owner.apiVersion, kind: owner.kind)
                    .map { (ResourceID(group: $0.group, resource: $0.plural), $0.scope == .namespaced) }
            }
            for action in actions {
                do throws(StatusError) { try await perform(action) } catch { failure = failure ?? error }
            }
        }
        if let failure { throw failure }
    }

    private func perform(_ action: OwnerGraph.Action) async throws(StatusError) {
        switch action {
        case .delete(let key, let uid, let isForeground):
            // The reference may have been taken away since the graph was told.
            guard let entry = access.entry(key), entry.parts.uid == uid, !entry.parts.isTerminating, !entry.parts.owners.isEmpty
            else { return }
            try await access.delete(
                key,
                uid: uid,
                resourceVersion: entry.modRevision,
                propagation: isForeground ? .foreground : .background
            )
        case .dropOwners(let key, let uids):
            try await access.update(key) { object in
                let rest = (object["metadata"]?["ownerReferences"]?.array ?? []).filter {
                    !uids.contains($0["uid"]?.string ?? "")
                }
                object["metadata"]?["ownerReferences"] = rest.isEmpty ? nil : .array(rest)
            }
        case .dropFinalizer(let key, let finalizer):
            try await access.update(key) { object in
                let rest = (object["metadata"]?["finalizers"]?.array ?? []).filter { $0.string != finalizer }
                object["metadata"]?["finalizers"] = rest.isEmpty ? nil : .array(rest)
            }
        }
    }
}
