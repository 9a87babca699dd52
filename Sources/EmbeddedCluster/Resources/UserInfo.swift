// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// Who sends a request. The front that authenticated the request says it; the cluster trusts it.
public struct UserInfo: Sendable, Hashable {
    /// The name, e.g. `admin` or `system:serviceaccount:default:default`.
    public var name: String
    /// The unique identifier.
    public var uid: String
    /// The groups, in the order in which they are reported.
    public var groups: [String]
    /// What else whoever authenticated the request knows, by key.
    public var extra: [String: [String]]

    /// A user.
    public init(name: String, uid: String, groups: [String], extra: [String: [String]] = [:]) {
        self.name = name
        self.uid = uid
        self.groups = groups
        self.extra = extra
    }

    /// The owner of the cluster.
    public static let admin = UserInfo(name: "admin", uid: "admin", groups: ["system:masters", "system:authenticated"])

    /// Whoever sends no credentials.
    package static let anonymous = UserInfo(name: "system:anonymous", uid: "", groups: ["system:unauthenticated"])

    /// The user that a service account is.
    public static func serviceAccount(namespace: String, name: String, uid: String = "") -> UserInfo {
        UserInfo(
            name: serviceAccountName(namespace, name),
            uid: uid,
            groups: ["system:serviceaccounts", "system:serviceaccounts:\(namespace)", "system:authenticated"]
        )
    }

    /// As reviews show it.
    var json: JSONValue {
        var info: JSONObject = ["username": .string(name)]
        if !uid.isEmpty { info["uid"] = .string(uid) }
        if !groups.isEmpty { info["groups"] = .array(groups.map(JSONValue.string)) }
        if !extra.isEmpty {
            var members = JSONObject()
            for (key, values) in extra.sorted(by: { $0.key < $1.key }) { members[key] = .array(values.map(JSONValue.string)) }
            info["extra"] = .object(members)
        }
        return .object(info)
    }

    static func serviceAccountName(_ namespace: String, _ name: String) -> String {
        "system:serviceaccount:\(namespace):\(name)"
    }
}
