// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Who sends a request. The front that authenticated the request says it; the cluster trusts it.
public struct UserInfo: Sendable, Hashable {
    /// The name, e.g. `admin` or `system:serviceaccount:default:default`.
    public var name: String
    /// The unique identifier.
    public var uid: String
    /// The groups, in the order in which they are reported.
    public var groups: [String]

    /// A user.
    public init(name: String, uid: String, groups: [String]) {
        self.name = name
        self.uid = uid
        self.groups = groups
    }

    /// The owner of the cluster.
    public static let admin = UserInfo(name: "admin", uid: "admin", groups: ["system:masters", "system:authenticated"])
}
