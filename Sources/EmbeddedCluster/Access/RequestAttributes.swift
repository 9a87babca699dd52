// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import HTTPTypes

/// What a request is about, as far as a decision on access and its message need it: the RequestInfo of kube-apiserver.
package struct RequestAttributes: Sendable, Hashable {
    /// The path without its query.
    package var path: String
    /// `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`; else the method in lower case.
    package var verb: String
    /// What below /api/v1 or /apis/GROUP/VERSION is meant; nil for any other path.
    package var resource: Resource?

    /// A resource or an object.
    package struct Resource: Sendable, Hashable {
        package var group: String
        /// The plural name.
        package var name: String
        package var subresource: String
        /// Empty for cluster-scoped ones, and for all namespaces.
        package var namespace: String
        /// The object's name, empty for collections; for a list, a watch or a deletion of a collection the name that its field selector
        /// asks for.
        package var object: String

        package init(group: String, name: String, subresource: String, namespace: String, object: String) {
            self.group = group
            self.name = name
            self.subresource = subresource
            self.namespace = namespace
            self.object = object
        }
    }

    /// What a review asks about.
    package init(path: String = "", verb: String, resource: Resource?) {
        self.path = path
        self.verb = verb
        self.resource = resource
    }

    /// Reads method and path.
    package init(_ head: HTTPRequest) {
        let target = head.path ?? "/"
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = String(parts[0])
        let query = QueryParameters(parts.count > 1 ? parts[1] : "")
        resource = Self.resource(in: path)
        switch head.method {
        case .get, .head:
            guard let resource else {
                verb = "get"
                break
            }
            if query.bool("watch") == true {
                verb = "watch"
            } else {
                verb = resource.object.isEmpty ? "list" : "get"
            }
        case .post: verb = "create"
        case .put: verb = "update"
        case .patch: verb = "patch"
        case .delete: verb = resource?.object.isEmpty == true ? "deletecollection" : "delete"
        default: verb = head.method.rawValue.lowercased()
        }
        if resource == nil { verb = head.method.rawValue.lowercased() }
        if resource?.object.isEmpty == true, ["list", "watch", "deletecollection"].contains(verb) {
            resource?.object = Self.selectedName(query)
        }
    }

    /// The one name that a field selector leaves, so that a role for an object by name allows to list and to watch it.
    private static func selectedName(_ query: QueryParameters) -> String {
        for requirement in (query["fieldSelector"] ?? "").split(separator: ",") {
            for sign in ["==", "="] where requirement.hasPrefix("metadata.name" + sign) {
                return String(requirement.dropFirst("metadata.name".count + sign.count))
            }
        }
        return ""
    }

    private static func resource(in path: String) -> Resource? {
        var segments = path.split(separator: "/").map(String.init)[...]
        let group: String
        switch segments.popFirst() {
        case "api": group = ""
        case "apis":
            guard let name = segments.popFirst() else { return nil }
            group = name
        default: return nil
        }
        guard segments.popFirst() != nil, !segments.isEmpty else { return nil }
        var namespace = ""
        if segments.first == "namespaces", segments.count > 1 {
            namespace = segments[segments.startIndex + 1]
            // A namespace's own subresources are not resources in it.
            let isNamespaced = segments.count > 2 && !["status", "finalize"].contains(segments[segments.startIndex + 2])
            if isNamespaced { segments = segments.dropFirst(2) }
        }
        let rest = Array(segments.prefix(3))
        return Resource(
            group: group,
            name: rest[0],
            subresource: rest.count > 2 ? rest[2] : "",
            namespace: namespace,
            object: rest.count > 1 ? rest[1] : ""
        )
    }
}
