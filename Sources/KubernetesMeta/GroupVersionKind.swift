// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// The name of a type of objects: `apps`, `v1`, `Deployment`.
public struct GroupVersionKind: Hashable, Sendable, CustomStringConvertible {
    /// The API group; empty for the core group.
    public let group: String
    /// The version within the group.
    public let version: String
    /// The name of the type, in CamelCase.
    public let kind: String

    /// A type by its three names.
    public init(group: String, version: String, kind: String) {
        self.group = group
        self.version = version
        self.kind = kind
    }

    /// A type as objects name it.
    public init(apiVersion: String, kind: String) {
        if let slash = apiVersion.firstIndex(of: "/") {
            self.init(
                group: String(apiVersion[..<slash]),
                version: String(apiVersion[apiVersion.index(after: slash)...]),
                kind: kind
            )
        } else {
            self.init(group: "", version: apiVersion, kind: kind)
        }
    }

    /// What objects have in `apiVersion`: `v1` for the core group, else `group/version`.
    public var apiVersion: String { group.isEmpty ? version : group + "/" + version }

    public var description: String { apiVersion + "/" + kind }
}
