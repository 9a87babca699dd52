// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// Nobody gives away what they do not have: roles and bindings are checked against the rights of whoever writes them, unless that one may
/// `escalate` the role or `bind` it.
struct RoleEscalation {
    let roles: AccessRoles
    let user: UserInfo

    /// Refuses a role whose rules go beyond the user's.
    ///
    /// - Throws: The Status 403 in the words of kube-apiserver.
    func check(role: JSONValue, resource: String, namespace: String) throws(StatusError) {
        if role["aggregationRule"] != nil, !user.groups.contains(AccessRoles.masters), !hasEverything {
            throw .forbidden(
                QualifiedName(group: AccessRoles.group, name: resource),
                name: role.at("metadata", "name")?.string ?? "",
                "must have cluster-admin privileges to use an aggregationRule"
            )
        }
        let rules = role.elements("rules").map(PolicyRule.init)
        try check(
            rules,
            verb: "escalate",
            resource,
            role.at("metadata", "name")?.string ?? "",
            subject: resource,
            role,
            namespace
        )
    }

    /// Refuses a binding of a role with rules that go beyond the user's.
    ///
    /// - Throws: The Status 403 in the words of kube-apiserver; 404 for a role that does not exist and may not be bound either.
    func check(binding: JSONValue, resource: String, namespace: String) throws(StatusError) {
        let kind = binding.at("roleRef", "kind")?.string ?? ""
        let name = binding.at("roleRef", "name")?.string ?? ""
        let bound = kind == "ClusterRole" ? "clusterroles" : "roles"
        guard let rules = roles.rules(kind: kind, name: name, namespace: namespace) else {
            guard !may("bind", bound, name, namespace) else { return }
            throw .notFound(QualifiedName(group: AccessRoles.group, name: bound), name: name)
        }
        try check(rules, verb: "bind", bound, name, subject: resource, binding, namespace)
    }

    private func check(
        _ rules: [PolicyRule],
        verb: String,
        _ resource: String,
        _ name: String,
        subject: String,
        _ object: JSONValue,
        _ namespace: String
    ) throws(StatusError) {
        guard !user.groups.contains(AccessRoles.masters), !may(verb, resource, name, namespace) else { return }
        let own = roles.rules(for: user, namespace: namespace)
        let missing = rules.flatMap(\.atoms).filter { atom in !own.contains { $0.covers(atom) } }
        guard !missing.isEmpty else { return }
        let groups = user.groups.map(GoText.quoted).joined(separator: " ")
        throw .forbidden(
            QualifiedName(group: AccessRoles.group, name: subject),
            name: object.at("metadata", "name")?.string ?? "",
            "user \(GoText.quoted(user.name)) (groups=[\(groups)]) is attempting to grant RBAC permissions not currently held:\n"
                + missing.map(\.text).sorted().joined(separator: "\n")
        )
    }

    /// Whoever gathers the rules of others by labels does not know what comes.
    private var hasEverything: Bool {
        let own = roles.rules(for: user, namespace: "")
        return [PolicyRule(["*"], ["*"], ["*"]), PolicyRule(["*"], urls: ["*"])].allSatisfy { all in
            own.contains { $0.covers(all) }
        }
    }

    private func may(_ verb: String, _ resource: String, _ name: String, _ namespace: String) -> Bool {
        let attributes = RequestAttributes(
            verb: verb,
            resource: .init(group: AccessRoles.group, name: resource, subresource: "", namespace: namespace, object: name)
        )
        return roles.decision(on: attributes, for: user).isAllowed
    }
}
