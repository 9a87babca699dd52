// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Namespaces.
struct NamespaceTable: KindTable {
    var columns: [TableColumn] { [.objectName, .text("Status", "Active, or Terminating while it is deleted."), .age] }

    func cells(for object: JSONValue, now: Time) -> [JSONValue] {
        [TableText.name(object), .string(object["status"]?.text("phase") ?? ""), TableText.age(object, now: now)]
    }
}

/// ConfigMaps.
struct ConfigMapTable: KindTable {
    var columns: [TableColumn] { [.objectName, .text("Data", "How many keys it has."), .age] }

    func cells(for object: JSONValue, now: Time) -> [JSONValue] {
        let count = object.sortedMembers("data").count + object.sortedMembers("binaryData").count
        return [TableText.name(object), .int(count), TableText.age(object, now: now)]
    }
}

/// Secrets.
struct SecretTable: KindTable {
    var columns: [TableColumn] { [.objectName, .text("Type", "What it is for."), .text("Data", "How many keys it has."), .age] }

    func cells(for object: JSONValue, now: Time) -> [JSONValue] {
        [
            TableText.name(object), .string(object.text("type")), .int(object.sortedMembers("data").count),
            TableText.age(object, now: now),
        ]
    }
}

/// ServiceAccounts.
struct ServiceAccountTable: KindTable {
    var columns: [TableColumn] { [.objectName, .number("Secrets", "How many secrets it lists."), .age] }

    func cells(for object: JSONValue, now: Time) -> [JSONValue] {
        [TableText.name(object), .int(object.elements("secrets").count), TableText.age(object, now: now)]
    }
}

/// Leases.
struct LeaseTable: KindTable {
    var columns: [TableColumn] { [.objectName, .text("Holder", "Who holds it."), .age] }

    func cells(for object: JSONValue, now: Time) -> [JSONValue] {
        [TableText.name(object), .string(object["spec"]?.text("holderIdentity") ?? ""), TableText.age(object, now: now)]
    }
}

/// PriorityClasses.
struct PriorityClassTable: KindTable {
    var columns: [TableColumn] {
        [
            .objectName, .number("Value", "The priority of its pods."),
            TableColumn(name: "Global-Default", type: "boolean", description: "Whether pods that name no class have it."), .age,
            .text("PreemptionPolicy", "Whether its pods displace others."),
        ]
    }

    func cells(for object: JSONValue, now: Time) -> [JSONValue] {
        [
            TableText.name(object), object["value"] ?? 0, .bool(object.bool("globalDefault")), TableText.age(object, now: now),
            .string(object.text("preemptionPolicy")),
        ]
    }
}

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

/// Webhook configurations.
struct WebhookConfigurationTable: KindTable {
    var columns: [TableColumn] { [.objectName, .number("Webhooks", "How many webhooks it has."), .age] }

    func cells(for object: JSONValue, now: Time) -> [JSONValue] {
        [TableText.name(object), .int(object.elements("webhooks").count), TableText.age(object, now: now)]
    }
}
