// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import EmbeddedCluster
package import HTTPTypes

/// `kubectl --as`: a request that another user should be taken for.
package enum Impersonation {
    /// The user that `fields` ask to be taken for, `user` when they ask for none.
    ///
    /// - Parameter check: Refuses what a user may not do: to impersonate this user, service account, group, UID or extra value.
    /// - Throws: 400 when the fields do not fit together, 403 when `user` may not impersonate.
    package static func user(of fields: HTTPFields, by user: UserInfo, check: AccessCheck) throws(StatusError) -> UserInfo {
        let name = fields[.impersonateUser] ?? ""
        var groups = fields[values: .impersonateGroup]
        let uid = fields[.impersonateUID] ?? ""
        let extra = extra(in: fields)
        guard !name.isEmpty else {
            guard groups.isEmpty, uid.isEmpty, extra.isEmpty else { throw incomplete(uid: uid, groups: groups) }
            return user
        }
        let account = serviceAccount(name)
        if let account {
            try check(attributes("serviceaccounts", namespace: account.namespace, account.name), user)
        } else {
            try check(attributes("users", name), user)
        }
        for group in groups { try check(attributes("groups", group), user) }
        if !uid.isEmpty { try check(attributes("uids", group: "authentication.k8s.io", uid), user) }
        for (key, values) in extra.sorted(by: { $0.key < $1.key }) {
            for value in values {
                try check(attributes("userextras", subresource: key, group: "authentication.k8s.io", value), user)
            }
        }
        if name == UserInfo.anonymous.name { return .anonymous }
        if let account, groups.isEmpty {
            groups = UserInfo.serviceAccount(namespace: account.namespace, name: account.name).groups
        }
        if !groups.contains("system:authenticated") { groups.append("system:authenticated") }
        return UserInfo(name: name, uid: uid, groups: groups, extra: extra)
    }

    private static func attributes(
        _ resource: String,
        subresource: String = "",
        namespace: String = "",
        group: String = "",
        _ name: String
    ) -> RequestAttributes {
        RequestAttributes(
            verb: "impersonate",
            resource: .init(group: group, name: resource, subresource: subresource, namespace: namespace, object: name)
        )
    }

    private static func serviceAccount(_ user: String) -> (namespace: String, name: String)? {
        let parts = user.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, parts[0] == "system", parts[1] == "serviceaccount", !parts[2].isEmpty, !parts[3].isEmpty else {
            return nil
        }
        return (parts[2], parts[3])
    }

    /// `Impersonate-Extra-Team: red` is the value `red` of the key `team`.
    private static func extra(in fields: HTTPFields) -> [String: [String]] {
        let prefix = "impersonate-extra-"
        var extra: [String: [String]] = [:]
        for field in fields where field.name.canonicalName.hasPrefix(prefix) {
            let key = String(field.name.canonicalName.dropFirst(prefix.count))
            extra[key, default: []].append(field.value)
        }
        return extra
    }

    private static func incomplete(uid: String, groups: [String]) -> StatusError {
        let list = groups.isEmpty ? "[]string(nil)" : "[]string{" + groups.map(GoText.quoted).joined(separator: ", ") + "}"
        return StatusError(
            code: 400,
            reason: "BadRequest",
            message: "requested &user.DefaultInfo{Name:\"\", UID:\(GoText.quoted(uid)), Groups:\(list), "
                + "Extra:map[string][]string(nil)} without impersonating a user name",
            headers: ["X-Content-Type-Options": "nosniff"]
        )
    }
}

extension HTTPField.Name {
    // Valid names: tokens of ASCII letters and hyphens.
    static let impersonateUser = HTTPField.Name("Impersonate-User")!
    static let impersonateGroup = HTTPField.Name("Impersonate-Group")!
    static let impersonateUID = HTTPField.Name("Impersonate-Uid")!
}
