// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// What a path below `/api` or `/apis` names.
struct ResourcePath: Sendable, Hashable {
    var group: String
    var version: String
    /// Nil without a `namespaces/<name>/` part; a namespace itself is a cluster-scoped object.
    var namespace: String?
    var resource: String
    var name: String?
    var subresource: String?
    /// The deprecated `/api/v1/watch/...` form.
    var isOldStyleWatch: Bool

    /// The path of all objects of a resource.
    init(group: String, version: String, resource: String) {
        self.group = group
        self.version = version
        self.resource = resource
        isOldStyleWatch = false
    }

    /// Nil when the path names no resource: discovery, health and everything else.
    ///
    /// - Parameter path: The part of the request target before the `?`.
    init?(_ path: Substring) {
        var segments: [String] = []
        for part in path.split(separator: "/") {
            guard let segment = PercentEncoding.decoded(part) else { return nil }
            segments.append(segment)
        }
        var rest = segments[...]
        switch rest.popFirst() {
        case "api":
            guard let version = rest.popFirst() else { return nil }
            (group, self.version) = ("", version)
        case "apis":
            guard let group = rest.popFirst(), let version = rest.popFirst() else { return nil }
            (self.group, self.version) = (group, version)
        default: return nil
        }
        isOldStyleWatch = rest.first == "watch"
        if isOldStyleWatch { rest = rest.dropFirst() }
        // `namespaces/x`, `namespaces/x/status` and `namespaces/x/finalize` are about the namespace itself.
        if rest.first == "namespaces", rest.count > 2, !Self.isNamespaceSubresource(rest) {
            namespace = rest[rest.startIndex + 1]
            rest = rest.dropFirst(2)
        }
        guard let resource = rest.popFirst() else { return nil }
        self.resource = resource
        name = rest.popFirst()
        subresource = rest.popFirst()
        guard rest.isEmpty else { return nil }
    }

    private static func isNamespaceSubresource(_ rest: ArraySlice<String>) -> Bool {
        rest.count == 3 && ["status", "finalize"].contains(rest[rest.startIndex + 2])
    }
}
