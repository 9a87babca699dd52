// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// Who may do what: the roles and bindings of the cluster, kept as they change, and RBAC over them.
///
/// Members of `system:masters` may do everything, whatever the roles say, as in a real cluster.
struct AccessRoles: Sendable {
    static let group = "rbac.authorization.k8s.io"
    static let masters = "system:masters"

    /// By namespace, empty for ClusterRoles, and name.
    private var roles: [String: [String: [PolicyRule]]] = [:]
    private var grants: [String: [String: RoleGrant]] = [:]

    /// Takes in what an object has become; nil when it is gone. Objects of other kinds are passed over.
    mutating func apply(_ key: StorageKey, _ object: JSONValue?) {
        guard key.group == Self.group else { return }
        switch key.resource {
        case "roles", "clusterroles":
            roles[key.namespace, default: [:]][key.name] = object.map { $0.elements("rules").map(PolicyRule.init) }
        case "rolebindings", "clusterrolebindings":
            grants[key.namespace, default: [:]][key.name] = object.map { RoleGrant(namespace: key.namespace, name: key.name, $0) }
        default: break
        }
    }

    /// Whether `user` may do this, and why.
    func decision(on attributes: RequestAttributes, for user: UserInfo) -> AccessDecision {
        if user.groups.contains(Self.masters) { return AccessDecision(isAllowed: true, reason: "") }
        var missing: [String] = []
        for (grant, subject) in grants(of: user, namespace: attributes.resource?.namespace ?? "") {
            guard let rules = rules(of: grant) else {
                let error = "\(grant.roleKind.lowercased()).\(Self.group) \(GoText.quoted(grant.roleName)) not found"
                if !missing.contains(error) { missing.append(error) }
                continue
            }
            guard rules.contains(where: { $0.allows(attributes) }) else { continue }
            return AccessDecision(isAllowed: true, reason: "RBAC: allowed by " + grant.text(for: subject))
        }
        guard !missing.isEmpty else { return AccessDecision(isAllowed: false, reason: "") }
        let list = missing.count == 1 ? missing[0] : "[\(missing.joined(separator: ", "))]"
        return AccessDecision(isAllowed: false, reason: "RBAC: " + list)
    }

    /// Refuses what `user` may not do.
    ///
    /// - Throws: The Status 403.
    func check(_ attributes: RequestAttributes, _ user: UserInfo) throws(StatusError) {
        let decision = decision(on: attributes, for: user)
        guard decision.isAllowed else { throw .accessDenied(attributes, user, reason: decision.reason) }
    }

    /// All that `user` has in a namespace; with an empty one, in the whole cluster.
    func rules(for user: UserInfo, namespace: String) -> [PolicyRule] {
        grants(of: user, namespace: namespace).flatMap { rules(of: $0.grant) ?? [] }
    }

    /// The rules of a role; nil when there is none of this name.
    func rules(kind: String, name: String, namespace: String) -> [PolicyRule]? {
        roles[kind == "ClusterRole" ? "" : namespace]?[name]
    }

    private func rules(of grant: RoleGrant) -> [PolicyRule]? {
        rules(kind: grant.roleKind, name: grant.roleName, namespace: grant.namespace)
    }

    /// Those of the cluster first, each part by name.
    private func grants(of user: UserInfo, namespace: String) -> [(grant: RoleGrant, subject: RoleGrant.Subject)] {
        let places = namespace.isEmpty ? [""] : ["", namespace]
        return places.flatMap { place in
            (grants[place] ?? [:]).sorted { $0.key < $1.key }.compactMap { _, grant in
                grant.subject(for: user).map { (grant, $0) }
            }
        }
    }
}
