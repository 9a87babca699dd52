// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// The roles and bindings that a cluster has from the start: those of a real one that people and their manifests name, for the kinds that are
/// served here.
enum DefaultRoles {
    static let resources = ["clusterroles", "clusterrolebindings"]

    private static let read = ["get", "list", "watch"]
    private static let write = ["create", "delete", "deletecollection", "patch", "update"]
    private static let systemUsers = "system:authenticated"

    /// In the order in which they are made.
    static let objects: [(key: StorageKey, object: JSONValue)] =
        [
            role("cluster-admin", [PolicyRule(["*"], ["*"], ["*"]), PolicyRule(["*"], urls: ["*"])]),
            role(
                "system:discovery",
                [
                    PolicyRule(
                        ["get"],
                        urls: [
                            "/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz",
                            "/version", "/version/",
                        ]
                    )
                ]
            ),
            role(
                "system:public-info-viewer",
                [PolicyRule(["get"], urls: ["/healthz", "/livez", "/readyz", "/version", "/version/"])]
            ),
            role(
                "system:basic-user",
                [
                    PolicyRule(["create"], ["authorization.k8s.io"], ["selfsubjectaccessreviews", "selfsubjectrulesreviews"]),
                    PolicyRule(["create"], ["authentication.k8s.io"], ["selfsubjectreviews"]),
                ]
            ),
            role(
                "system:auth-delegator",
                [
                    PolicyRule(["create"], ["authentication.k8s.io"], ["tokenreviews"]),
                    PolicyRule(["create"], ["authorization.k8s.io"], ["subjectaccessreviews"]),
                ]
            ),
            role("system:aggregate-to-view", view, labels: ["rbac.authorization.k8s.io/aggregate-to-view": "true"]),
            role("system:aggregate-to-edit", edit, labels: ["rbac.authorization.k8s.io/aggregate-to-edit": "true"]),
            role("system:aggregate-to-admin", admin, labels: ["rbac.authorization.k8s.io/aggregate-to-admin": "true"]),
            role("view", view, aggregating: "view", labels: ["rbac.authorization.k8s.io/aggregate-to-edit": "true"]),
            role("edit", edit + view, aggregating: "edit", labels: ["rbac.authorization.k8s.io/aggregate-to-admin": "true"]),
            role("admin", admin + edit + view, aggregating: "admin"),
            binding("cluster-admin", [AccessRoles.masters]), binding("system:discovery", [systemUsers]),
            binding("system:basic-user", [systemUsers]),
            binding("system:public-info-viewer", [systemUsers, "system:unauthenticated"]),
        ]

    // MARK: What people get in a namespace

    private static let view = [
        PolicyRule(
            read,
            [""],
            [
                "configmaps", "endpoints", "persistentvolumeclaims", "persistentvolumeclaims/status", "pods", "serviceaccounts",
                "services", "services/status", "bindings", "events", "namespaces/status", "pods/log", "pods/status", "namespaces",
            ]
        ),
        PolicyRule(
            read,
            ["apps"],
            ["daemonsets", "deployments", "replicasets", "statefulsets"].flatMap { [$0, "\($0)/status"] }
                + ["deployments/scale", "replicasets/scale", "statefulsets/scale"]
        ),
        PolicyRule(read, ["batch"], ["cronjobs", "cronjobs/status", "jobs", "jobs/status"]),
        PolicyRule(read, ["networking.k8s.io"], ["ingresses", "ingresses/status", "networkpolicies"]),
        PolicyRule(read, ["policy"], ["poddisruptionbudgets", "poddisruptionbudgets/status"]),
    ]

    private static let edit = [
        PolicyRule(
            read,
            [""],
            ["pods/attach", "pods/exec", "pods/portforward", "pods/proxy", "secrets", "services/proxy"]
        ),
        PolicyRule(["impersonate"], [""], ["serviceaccounts"]),
        PolicyRule(write, [""], ["pods", "pods/attach", "pods/exec", "pods/portforward", "pods/proxy"]),
        PolicyRule(["create"], [""], ["pods/eviction", "serviceaccounts/token"]),
        PolicyRule(
            write,
            [""],
            [
                "configmaps", "events", "persistentvolumeclaims", "secrets", "serviceaccounts", "services", "services/proxy",
            ]
        ),
        PolicyRule(
            write,
            ["apps"],
            [
                "daemonsets", "deployments", "deployments/rollback", "deployments/scale", "replicasets", "replicasets/scale",
                "statefulsets", "statefulsets/scale",
            ]
        ),
        PolicyRule(write, ["batch"], ["cronjobs", "jobs"]),
        PolicyRule(write, ["networking.k8s.io"], ["ingresses", "networkpolicies"]),
        PolicyRule(write, ["policy"], ["poddisruptionbudgets"]),
        PolicyRule(read + write, ["coordination.k8s.io"], ["leases"]),
    ]

    private static let admin = [
        PolicyRule(["create"], ["authorization.k8s.io"], ["localsubjectaccessreviews"]),
        PolicyRule(read + write, [AccessRoles.group], ["rolebindings", "roles"]),
    ]

    // MARK: Objects

    private static func role(
        _ name: String,
        _ rules: [PolicyRule],
        aggregating part: String? = nil,
        labels: [String: String] = [:]
    ) -> (StorageKey, JSONValue) {
        var object: JSONValue = [
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": metadata(name, labels),
            "rules": .array(rules.map(\.json)),
        ]
        if let part {
            let label = "rbac.authorization.k8s.io/aggregate-to-\(part)"
            object["aggregationRule"] = ["clusterRoleSelectors": [["matchLabels": [label: "true"]]]]
        }
        return (StorageKey(group: AccessRoles.group, resource: "clusterroles", name: name), object)
    }

    private static func binding(_ role: String, _ groups: [String]) -> (StorageKey, JSONValue) {
        let object: JSONValue = [
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": metadata(role, [:]),
            "roleRef": ["apiGroup": .string(AccessRoles.group), "kind": "ClusterRole", "name": .string(role)],
            "subjects": .array(
                groups.map { ["apiGroup": .string(AccessRoles.group), "kind": "Group", "name": .string($0)] }
            ),
        ]
        return (StorageKey(group: AccessRoles.group, resource: "clusterrolebindings", name: role), object)
    }

    private static func metadata(_ name: String, _ labels: [String: String]) -> JSONValue {
        var all: JSONObject = ["kubernetes.io/bootstrapping": "rbac-defaults"]
        for (key, value) in labels.sorted(by: { $0.key < $1.key }) { all[key] = .string(value) }
        return ["name": .string(name), "labels": .object(all)]
    }
}
