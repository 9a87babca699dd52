// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Whom a client acts as: the server checks that it may, and then treats its requests as this user's.
///
/// The keys of a kubeconfig's user are `as`, `as-uid`, `as-groups` and `as-user-extra`.
public struct Impersonation: Sendable, Hashable {
    /// The user's name.
    public var user: String
    /// The user's unique number or name; nil for none.
    public var uid: String?
    /// The groups that the user is in. The server adds `system:authenticated` itself when there are none.
    public var groups: [String]
    /// What else is known about the user, as the server's authenticators would say it.
    public var extra: [String: [String]]

    /// A user to act as.
    public init(user: String, uid: String? = nil, groups: [String] = [], extra: [String: [String]] = [:]) {
        self.user = user
        self.uid = uid
        self.groups = groups
        self.extra = extra
    }

    /// The lines of a request's head, in a fixed order.
    var fields: [String] {
        var fields = [("User", user)]
        if let uid { fields.append(("Uid", uid)) }
        fields += groups.map { ("Group", $0) }
        for (key, values) in extra.sorted(by: { $0.key < $1.key }) {
            fields += values.map { ("Extra-\(key.percentEncoded)", $0) }
        }
        // "Name:" alone would take a field of libcurl away; "Name;" sends it empty.
        return fields.map { name, value in value.isEmpty ? "Impersonate-\(name);" : "Impersonate-\(name): \(value)" }
    }

    /// Whether a text can be a field's value; another could forge lines of a request.
    static func isFieldValue(_ text: String) -> Bool { text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f } }
}
