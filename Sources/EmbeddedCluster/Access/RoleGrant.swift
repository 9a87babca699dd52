// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// A RoleBinding or ClusterRoleBinding: who gets the rules of which role.
struct RoleGrant: Sendable, Hashable {
    struct Subject: Sendable, Hashable {
        var kind: String
        var name: String
        var namespace: String
    }

    /// Empty for a ClusterRoleBinding.
    var namespace: String
    var name: String
    var roleKind: String
    var roleName: String
    var subjects: [Subject]

    init(namespace: String, name: String, _ binding: JSONValue) {
        self.namespace = namespace
        self.name = name
        roleKind = binding.at("roleRef", "kind")?.string ?? ""
        roleName = binding.at("roleRef", "name")?.string ?? ""
        subjects = binding.elements("subjects").map {
            Subject(kind: $0.text("kind"), name: $0.text("name"), namespace: $0.text("namespace"))
        }
    }

    /// The first subject that is this user.
    func subject(for user: UserInfo) -> Subject? {
        subjects.first { subject in
            switch subject.kind {
            case "User": user.name == subject.name
            case "Group": user.groups.contains(subject.name)
            case "ServiceAccount":
                user.name == UserInfo.serviceAccountName(home(of: subject), subject.name)
            default: false
            }
        }
    }

    /// The namespace of a service account: a RoleBinding may leave it out.
    private func home(of subject: Subject) -> String { subject.namespace.isEmpty ? namespace : subject.namespace }

    /// `RoleBinding "b/ns" of Role "r" to User "alice"`.
    func text(for subject: Subject) -> String {
        let binding =
            namespace.isEmpty
            ? "ClusterRoleBinding \(GoText.quoted(name))" : "RoleBinding \(GoText.quoted("\(name)/\(namespace)"))"
        let who = subject.kind == "ServiceAccount" ? "\(subject.name)/\(home(of: subject))" : subject.name
        return "\(binding) of \(roleKind) \(GoText.quoted(roleName)) to \(subject.kind) \(GoText.quoted(who))"
    }
}
