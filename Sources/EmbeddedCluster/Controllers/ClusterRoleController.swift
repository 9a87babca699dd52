// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Sees to the default roles, also in a storage that an older version has made, and fills the rules of ClusterRoles that gather those of
/// others by labels.
actor ClusterRoleController: ClusterController {
    nonisolated let name = "cluster-roles"
    private let access: ClusterAccess

    static let roles = ResourceID(group: AccessRoles.group, resource: "clusterroles")

    init(access: ClusterAccess) { self.access = access }

    func synchronise() async throws(StatusError) {
        for (key, object) in DefaultRoles.objects where access.entry(key) == nil {
            do throws(StatusError) {
                try await access.create(object)
            } catch {
                guard error.code == 409 else { throw error }  // somebody was faster
            }
        }
        try await aggregate()
    }

    func handle(_ changes: [StoreChange]) async throws(StatusError) {
        guard changes.contains(where: { $0.key.resourceID == Self.roles }) else { return }
        try await aggregate()
    }

    private func aggregate() async throws(StatusError) {
        var all: [JSONValue] = []
        for entry in access.entries(Self.roles) { all.append(try entry.object()) }
        for role in all {
            guard let rules = Self.aggregated(role, of: all), rules != role.elements("rules") else { continue }
            let key = StorageKey(
                group: Self.roles.group,
                resource: Self.roles.resource,
                name: role.at("metadata", "name")?.string ?? ""
            )
            try await access.update(key) { $0["rules"] = .array(rules) }
        }
    }

    /// The rules that a role gathers, each once, role by role in the order of their names; nil for one that gathers none.
    static func aggregated(_ role: JSONValue, of all: [JSONValue]) -> [JSONValue]? {
        guard let selectors = role.at("aggregationRule", "clusterRoleSelectors")?.array, !selectors.isEmpty else { return nil }
        let name = role.at("metadata", "name")?.string ?? ""
        var rules: [JSONValue] = []
        for other in all where other.at("metadata", "name")?.string != name {
            let labels = other["metadata"]?.strings("labels") ?? [:]
            guard selectors.contains(where: { selects($0, labels) }) else { continue }
            for rule in other.elements("rules") where !rules.contains(rule) { rules.append(rule) }
        }
        return rules
    }

    private static func selects(_ selector: JSONValue, _ labels: [String: String]) -> Bool {
        LabelSelection(selector: selector).matches(labels)
    }
}
