// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// RoleBindings and ClusterRoleBindings.
struct RoleBindingTable: KindTable {
    var columns: [TableColumn] {
        [
            .objectName, .text("Role", "What is granted."), .age, .wide("Users", "To which users."),
            .wide("Groups", "To which groups."),
            .wide("ServiceAccounts", "To which service accounts."),
        ]
    }

    func cells(for object: JSONValue, now: Time) -> [JSONValue] {
        let role = object["roleRef"] ?? .object([:])
        let subjects = object.elements("subjects")
        let named = { (kind: String) in subjects.filter { $0.text("kind") == kind } }
        let accounts = named("ServiceAccount").map { $0.text("namespace") + "/" + $0.text("name") }
        return [
            TableText.name(object), .string(role.text("kind") + "/" + role.text("name")), TableText.age(object, now: now),
            .string(named("User").map { $0.text("name") }.joined(separator: ", ")),
            .string(named("Group").map { $0.text("name") }.joined(separator: ", ")), .string(accounts.joined(separator: ", ")),
        ]
    }
}
