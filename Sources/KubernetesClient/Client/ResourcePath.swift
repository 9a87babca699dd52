// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import KubernetesMeta

/// Where the objects of a kind are on an API server.
package struct ResourcePath: Sendable {
    private let root: String
    private let plural: String
    private let scope: ResourceScope

    package init(group: String, version: String, plural: String, scope: ResourceScope) {
        root = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
        self.plural = plural
        self.scope = scope
    }

    package init<R: Resource>(_ type: R.Type) {
        let kind = type.groupVersionKind
        self.init(group: kind.group, version: kind.version, plural: type.plural, scope: type.scope)
    }

    /// The path of all objects of the kind, in one namespace or, with nil, in all.
    package func collection(in namespace: String?) throws(ClientError) -> String {
        guard scope == .namespaced, let namespace else { return "\(root)/\(plural)" }
        return "\(root)/namespaces/\(try segment(namespace, "namespace"))/\(plural)"
    }

    /// The path of one object or of something below it.
    package func object(_ name: String, in namespace: String, subresource: String? = nil) throws(ClientError) -> String {
        var path = "\(try collection(in: namespace))/\(try segment(name, "name"))"
        if let subresource { path += "/\(try segment(subresource, "subresource"))" }
        return path
    }

    /// A name as one segment of a path. Kubernetes allows none that would need to be two; so nothing that a name holds can lead elsewhere.
    private func segment(_ name: String, _ what: String) throws(ClientError) -> String {
        let problem: String? =
            if name.isEmpty {
                "is empty"
            } else if name == "." || name == ".." {
                "may not be \"\(name)\""
            } else if name.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "%") }) {
                "\"\(name.escapingControlCharacters)\" may not contain '/' or '%'"
            } else if name.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) {
                "\"\(name.escapingControlCharacters)\" may not contain control characters"
            } else if name.utf8.count > 253 {
                "\"\(name.prefix(20))…\" is longer than 253 bytes"
            } else {
                nil
            }
        if let problem { throw ClientError(.invalidRequest, "\(plural): the \(what) \(problem)") }
        return name.percentEncoded
    }
}
