// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// Roles and ClusterRoles. What they allow is in ``AccessRoles``.
struct RoleRules: KindRules {
    let isCluster: Bool

    var nameRule: NameRule { .pathSegment }

    func admit(_ object: inout JSONValue, context: RequestContext) throws(StatusError) {
        let resource = isCluster ? "clusterroles" : "roles"
        try RoleEscalation(roles: context.roles, user: context.user)
            .check(role: object, resource: resource, namespace: context.namespace)
    }

    func admitUpdate(_ object: JSONValue, old: JSONValue, context: RequestContext) throws(StatusError) {
        guard object.elements("rules") != old.elements("rules") || object["aggregationRule"] != old["aggregationRule"] else {
            return
        }
        var object = object
        try admit(&object, context: context)
    }

    func validate(_ object: JSONValue) -> [FieldError] {
        var errors: [FieldError] = []
        for (index, rule) in object.elements("rules").enumerated() {
            let path = "rules[\(index)]"
            if rule.elements("verbs").isEmpty {
                errors.append(.required(path + ".verbs", "verbs must contain at least one value"))
            }
            let urls = rule.elements("nonResourceURLs")
            if !urls.isEmpty {
                let value = JSONValue.array(urls)
                if !isCluster {
                    errors.append(
                        .invalid(path + ".nonResourceURLs", value, "namespaced rules cannot apply to non-resource URLs")
                    )
                }
                if !rule.elements("apiGroups").isEmpty || !rule.elements("resources").isEmpty
                    || !rule.elements("resourceNames").isEmpty
                {
                    errors.append(
                        .invalid(
                            path + ".nonResourceURLs",
                            value,
                            "rules cannot apply to both regular resources and non-resource URLs"
                        )
                    )
                }
                continue
            }
            if rule.elements("apiGroups").isEmpty {
                errors.append(.required(path + ".apiGroups", "resource rules must supply at least one api group"))
            }
            if rule.elements("resources").isEmpty {
                errors.append(.required(path + ".resources", "resource rules must supply at least one resource"))
            }
        }
        return errors
    }

    var table: any KindTable { GenericTable() }
}
