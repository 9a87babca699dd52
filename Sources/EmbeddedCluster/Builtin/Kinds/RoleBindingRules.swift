// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// RoleBindings and ClusterRoleBindings.
struct RoleBindingRules: KindRules {
    let isCluster: Bool

    private static let group = AccessRoles.group

    var nameRule: NameRule { .pathSegment }

    func admit(_ object: inout JSONValue, context: RequestContext) throws(StatusError) {
        let resource = isCluster ? "clusterrolebindings" : "rolebindings"
        try RoleEscalation(roles: context.roles, user: context.user)
            .check(binding: object, resource: resource, namespace: context.namespace)
    }

    func admitUpdate(_ object: JSONValue, old: JSONValue, context: RequestContext) throws(StatusError) {
        guard object.elements("subjects") != old.elements("subjects") else { return }
        var object = object
        try admit(&object, context: context)
    }

    func setDefaults(_ object: inout JSONValue) {
        object.change("roleRef") { if $0.text("apiGroup").isEmpty { $0["apiGroup"] = .string(Self.group) } }
        object.forEachElement("subjects") { subject in
            if ["User", "Group"].contains(subject.text("kind")) { subject.setDefault("apiGroup", .string(Self.group)) }
        }
    }

    func validate(_ object: JSONValue) -> [FieldError] {
        var errors: [FieldError] = []
        let role = object["roleRef"] ?? .object([:])
        if role.text("apiGroup") != Self.group {
            errors.append(.notSupported("roleRef.apiGroup", .string(role.text("apiGroup")), [Self.group]))
        }
        let kinds = isCluster ? ["ClusterRole"] : ["Role", "ClusterRole"]
        if !kinds.contains(role.text("kind")) { errors.append(.notSupported("roleRef.kind", .string(role.text("kind")), kinds)) }
        if role.text("name").isEmpty { errors.append(.required("roleRef.name")) }
        for (index, subject) in object.elements("subjects").enumerated() {
            let path = "subjects[\(index)]"
            if subject.text("name").isEmpty { errors.append(.required(path + ".name")) }
            let known = ["ServiceAccount", "User", "Group"]
            if !known.contains(subject.text("kind")) {
                errors.append(.notSupported(path + ".kind", .string(subject.text("kind")), known))
            }
            if isCluster, subject.text("kind") == "ServiceAccount", subject.text("namespace").isEmpty {
                errors.append(.required(path + ".namespace"))
            }
        }
        return errors
    }

    func validateUpdate(_ object: JSONValue, old: JSONValue) -> [FieldError] {
        let errors = validate(object)
        guard object["roleRef"] != old["roleRef"] else { return errors }
        return errors + [.invalid("roleRef", object["roleRef"] ?? .null, "cannot change roleRef")]
    }

    var table: any KindTable { RoleBindingTable() }
}
