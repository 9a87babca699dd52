// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Accepts the names of CustomResourceDefinitions, which makes their kinds served, and removes their objects before they go.
actor CustomResourceController: ClusterController {
    nonisolated let name = "custom-resources"
    private let access: ClusterAccess
    /// Resources whose definition waits for the end of its objects, with its name.
    private var ending: [ResourceID: String] = [:]

    static let definitions = ResourceID(group: "apiextensions.k8s.io", resource: "customresourcedefinitions")

    init(access: ClusterAccess) { self.access = access }

    func synchronise() async throws(StatusError) {
        ending = [:]
        try await reconcile(access.entries(Self.definitions).map(\.key.name))
    }

    func handle(_ changes: [StoreChange]) async throws(StatusError) {
        var names: [String] = []
        var hasFreedNames = false
        for change in changes {
            if change.key.resourceID == Self.definitions {
                if change.entry == nil { hasFreedNames = true } else { names.append(change.key.name) }
            } else if change.entry == nil, let name = ending[change.key.resourceID] {
                names.append(name)
            }
        }
        // A name that became free may be what another definition waits for.
        if hasFreedNames { names = access.entries(Self.definitions).map(\.key.name) }
        try await reconcile(names)
    }

    private func reconcile(_ names: [String]) async throws(StatusError) {
        var seen: Set<String> = []
        var failure: StatusError?
        for name in names where seen.insert(name).inserted {
            // What one definition meets keeps no other from its turn.
            do throws(StatusError) { try await reconcile(name) } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
    }

    private func reconcile(_ name: String) async throws(StatusError) {
        let key = StorageKey(group: Self.definitions.group, resource: Self.definitions.resource, name: name)
        guard let entry = access.entry(key) else { return }
        let crd = try entry.object()
        if CustomResourceDeletion.isPending(crd) {
            try await removeObjects(of: crd, key)
        } else if crd["metadata"]?["deletionTimestamp"] == nil {
            try await acceptNames(of: crd, key)
        }
    }

    private func acceptNames(of crd: JSONValue, _ key: StorageKey) async throws(StatusError) {
        var others: [JSONValue] = []
        for entry in access.entries(Self.definitions) { others.append(try entry.object()) }
        let now = access.now
        let all = others
        guard CustomResourceNames.update(crd, others: all, now: now) != nil else { return }
        try await access.update(key, subresource: "status") { object in
            if let updated = CustomResourceNames.update(object, others: all, now: now) { object = updated }
        }
    }

    private func removeObjects(of crd: JSONValue, _ key: StorageKey) async throws(StatusError) {
        let id = ResourceID(
            group: crd["spec"]?["group"]?.string ?? "",
            resource: crd["status"]?["acceptedNames"]?["plural"]?.string ?? crd["spec"]?["names"]?["plural"]?.string ?? ""
        )
        ending[id] = key.name
        let isServed = access.isServed(id)
        for entry in access.entries(id) where !entry.parts.isTerminating || !isServed {
            if isServed {
                try await access.delete(entry.key, uid: entry.parts.uid, propagation: .background)
            } else {
                // Without a served version nobody could take finalizers away.
                try await access.purge(entry)
            }
        }
        let now = access.now
        guard access.entries(id).isEmpty else {
            try await access.update(key, subresource: "status") { $0 = CustomResourceDeletion.inProgress($0, now: now) }
            return
        }
        ending[id] = nil
        try await access.update(key) { $0 = CustomResourceDeletion.completed($0, now: now) }
    }
}
