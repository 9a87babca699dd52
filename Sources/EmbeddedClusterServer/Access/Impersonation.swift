// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import EmbeddedCluster
package import HTTPTypes

/// `kubectl --as`: a request that another user should be taken for.
package enum Impersonation {
    /// The user that `fields` ask to be taken for, `user` when they ask for none.
    ///
    /// - Throws: 400 when the fields do not fit together, 403 when `user` may not impersonate.
    package static func user(of fields: HTTPFields, by user: UserInfo) throws(StatusError) -> UserInfo {
        let name = fields[.impersonateUser] ?? ""
        let groups = fields[values: .impersonateGroup]
        let uid = fields[.impersonateUID] ?? ""
        guard !name.isEmpty else {
            guard groups.isEmpty, uid.isEmpty else {
                let list =
                    groups.isEmpty ? "[]string(nil)" : "[]string{" + groups.map(GoText.quoted).joined(separator: ", ") + "}"
                throw StatusError(
                    code: 400,
                    reason: "BadRequest",
                    message: "requested &user.DefaultInfo{Name:\"\", UID:\(GoText.quoted(uid)), Groups:\(list), "
                        + "Extra:map[string][]string(nil)} without impersonating a user name",
                    headers: ["X-Content-Type-Options": "nosniff"]
                )
            }
            return user
        }
        guard user.groups.contains("system:masters") else {
            throw StatusError(
                code: 403,
                reason: "Forbidden",
                message:
                    "users \(GoText.quoted(name)) is forbidden: User \(GoText.quoted(user.name)) cannot impersonate resource "
                    + "\"users\" in API group \"\" at the cluster scope",
                details: StatusError.details(name: name, of: QualifiedName(group: "", name: "users")),
                headers: ["X-Content-Type-Options": "nosniff"]
            )
        }
        if name == UserInfo.anonymous.name { return .anonymous }
        var all = groups
        if !all.contains("system:authenticated") { all.append("system:authenticated") }
        return UserInfo(name: name, uid: uid, groups: all)
    }
}

extension HTTPField.Name {
    // Valid names: tokens of ASCII letters and hyphens.
    static let impersonateUser = HTTPField.Name("Impersonate-User")!
    static let impersonateGroup = HTTPField.Name("Impersonate-Group")!
    static let impersonateUID = HTTPField.Name("Impersonate-Uid")!
}
