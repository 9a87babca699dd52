// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Gives active namespaces what each of them has, and empties and removes those that are being deleted.
actor NamespaceController: ClusterController {
    nonisolated let name = "namespace"
    private let access: ClusterAccess
    private let system: SystemObjects

    init(access: ClusterAccess, system: SystemObjects) {
        self.access = access
        self.system = system
    }

    func synchronise() async throws(StatusError) {
        try await reconcile(access.entries(ResourceID(group: "", resource: "namespaces")).map(\.key.name))
    }

    func handle(_ changes: [StoreChange]) async throws(StatusError) {
        var names: [String] = []
        for change in changes {
            guard let name = NamespaceTermination.affected(by: change), !names.contains(name) else { continue }
            names.append(name)
        }
        try await reconcile(names)
    }

    /// What one namespace meets keeps no other from its turn; it makes the controller start over later.
    private func reconcile(_ names: [String]) async throws(StatusError) {
        var failure: StatusError?
        for name in names {
            do throws(StatusError) { try await reconcile(name) } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
    }

    private func reconcile(_ name: String) async throws(StatusError) {
        guard let namespace = access.entry(.namespace(name)) else { return }
        guard namespace.parts.isTerminating else {
            for (key, object) in system.objects(namespace: name) where access.entry(key) == nil {
                do throws(StatusError) {
                    try await access.create(object)
                } catch {
                    // Made by someone else, or the namespace goes: both are looked at again with their own change.
                    guard [403, 404, 409].contains(error.code) else { throw error }
                }
            }
            return
        }
        try await empty(namespace)
    }

    private func empty(_ namespace: ObjectEntry) async throws(StatusError) {
        let name = namespace.key.name
        var remaining: [ObjectEntry] = []
        // The first failure of each resource.
        var failures: [StatusError] = []
        for id in access.resources() {
            var failure: StatusError?
            for entry in access.entries(id, namespace: name) where id.resource != "namespaces" {
                do throws(StatusError) { try await remove(entry) } catch { failure = failure ?? error }
                if let left = access.entry(entry.key) { remaining.append(left) }
            }
            if let failure { failures.append(failure) }
        }
        let conditions = NamespaceTermination.conditions(remaining: remaining, failures: failures.map(\.message))
        let now = access.now
        guard remaining.isEmpty else {
            try await access.update(namespace.key, subresource: "status") { object in
                NamespaceTermination.set(conditions, in: &object, now: now)
            }
            if let failure = failures.first { throw failure }
            return
        }
        try await access.finalize(namespace.key)
    }

    private func remove(_ entry: ObjectEntry) async throws(StatusError) {
        guard !entry.parts.isTerminating else { return }
        if access.isServed(entry.key.resourceID) {
            try await access.delete(entry.key, uid: entry.parts.uid, propagation: .background)
        } else {
            try await access.purge(entry)
        }
    }
}

/// What the namespace controller decides. Pure.
enum NamespaceTermination {
    /// The namespace that has to be looked at after a change.
    static func affected(by change: StoreChange) -> String? {
        if change.key.resourceID.isNamespaces { return change.entry == nil ? nil : change.key.name }
        // Only what goes makes work: a namespace may have become empty, or lost an object that it must have.
        return change.entry == nil && !change.key.namespace.isEmpty ? change.key.namespace : nil
    }

    struct Condition: Sendable, Hashable {
        var type: String
        var status: Bool
        var reason: String
        var message: String
    }

    /// What a namespace that cannot go yet says about it.
    ///
    /// - Parameter failures: Why something could not be deleted, one for each resource.
    static func conditions(remaining: [ObjectEntry], failures: [String] = []) -> [Condition] {
        var byResource: [String: Int] = [:]
        var byFinalizer: [String: Int] = [:]
        for entry in remaining {
            let name = entry.key.group.isEmpty ? entry.key.resource + "." : entry.key.resource + "." + entry.key.group
            byResource[name, default: 0] += 1
            for finalizer in entry.parts.finalizers { byFinalizer[finalizer, default: 0] += 1 }
        }
        let resources = byResource.sorted { $0.key < $1.key }.map { "\($0.key) has \($0.value) resource instances" }
        let finalizers = byFinalizer.sorted { $0.key < $1.key }.map { "\($0.key) in \($0.value) resource instances" }
        return [
            Condition(
                type: "NamespaceDeletionDiscoveryFailure",
                status: false,
                reason: "ResourcesDiscovered",
                message: "All resources successfully discovered"
            ),
            Condition(
                type: "NamespaceDeletionGroupVersionParsingFailure",
                status: false,
                reason: "ParsedGroupVersions",
                message: "All legacy kube types successfully parsed"
            ),
            Condition(
                type: "NamespaceDeletionContentFailure",
                status: !failures.isEmpty,
                reason: failures.isEmpty ? "ContentDeleted" : "ContentDeletionFailed",
                message: failures.isEmpty
                    ? "All content successfully deleted, may be waiting on finalization"
                    : "Failed to delete all resource types, \(failures.count) remaining: \(failures.joined(separator: ", "))"
            ),
            Condition(
                type: "NamespaceContentRemaining",
                status: !remaining.isEmpty,
                reason: remaining.isEmpty ? "ContentRemoved" : "SomeResourcesRemain",
                message: remaining.isEmpty
                    ? "All content successfully removed" : "Some resources are remaining: " + resources.joined(separator: ", ")
            ),
            Condition(
                type: "NamespaceFinalizersRemaining",
                status: !finalizers.isEmpty,
                reason: finalizers.isEmpty ? "ContentHasNoFinalizers" : "SomeFinalizersRemain",
                message: finalizers.isEmpty
                    ? "All content-preserving finalizers finished"
                    : "Some content in the namespace has finalizers remaining: " + finalizers.joined(separator: ", ")
            ),
        ]
    }

    static func set(_ conditions: [Condition], in namespace: inout JSONValue, now: Time) {
        let before = namespace["status"]?["conditions"]?.array ?? []
        let values = conditions.map { condition -> JSONValue in
            let status = condition.status ? "True" : "False"
            let old = before.first { $0["type"]?.string == condition.type }
            let transition = old?["status"]?.string == status ? old?["lastTransitionTime"] : nil
            return [
                "type": .string(condition.type), "status": .string(status),
                "lastTransitionTime": transition ?? .string(now.description), "reason": .string(condition.reason),
                "message": .string(condition.message),
            ]
        }
        if namespace["status"]?.object == nil { namespace["status"] = .object([:]) }
        namespace["status"]?["conditions"] = .array(values)
    }
}
