// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import EmbeddedCluster
import KubernetesJSON

/// Who may do what: the default roles of a real cluster without any other role. RBAC objects are not evaluated.
///
/// - `system:masters`: everything
/// - `system:authenticated`: discovery, and questions about oneself
/// - anyone: health and version
package enum AccessPolicy {
    /// Refuses what `user` may not do.
    ///
    /// - Throws: The Status 403 in the words of kube-apiserver.
    package static func check(_ attributes: RequestAttributes, user: UserInfo) throws(StatusError) {
        guard !allows(attributes, user: user) else { return }
        let quotedUser = GoText.quoted(user.name)
        guard let resource = attributes.resource else {
            throw refusal(
                "forbidden: User \(quotedUser) cannot \(attributes.verb) path \(GoText.quoted(attributes.path))",
                StatusError.details()
            )
        }
        let full = resource.subresource.isEmpty ? resource.name : "\(resource.name)/\(resource.subresource)"
        let place = resource.namespace.isEmpty ? "at the cluster scope" : "in the namespace \(GoText.quoted(resource.namespace))"
        let qualified = QualifiedName(group: resource.group, name: resource.name)
        let subject = resource.object.isEmpty ? "\(qualified)" : "\(qualified) \(GoText.quoted(resource.object))"
        throw refusal(
            "\(subject) is forbidden: User \(quotedUser) cannot \(attributes.verb) resource \(GoText.quoted(full)) "
                + "in API group \(GoText.quoted(resource.group)) \(place)",
            StatusError.details(name: resource.object, of: qualified)
        )
    }

    private static func allows(_ attributes: RequestAttributes, user: UserInfo) -> Bool {
        if user.groups.contains("system:masters") { return true }
        guard let resource = attributes.resource else {
            guard attributes.verb == "get" || attributes.verb == "head" else { return false }
            let path = attributes.path
            if ["/healthz", "/livez", "/readyz", "/version", "/version/"].contains(path) { return true }
            guard user.groups.contains("system:authenticated") else { return false }
            return ["/api", "/apis", "/openapi"].contains { path == $0 || path.hasPrefix($0 + "/") }
        }
        guard user.groups.contains("system:authenticated"), attributes.verb == "create" else { return false }
        switch resource.group {
        case "authentication.k8s.io": return resource.name == "selfsubjectreviews"
        case "authorization.k8s.io": return ["selfsubjectaccessreviews", "selfsubjectrulesreviews"].contains(resource.name)
        default: return false
        }
    }

    private static func refusal(_ message: String, _ details: JSONValue) -> StatusError {
        StatusError(
            code: 403,
            reason: "Forbidden",
            message: message,
            details: details,
            headers: ["X-Content-Type-Options": "nosniff"]
        )
    }
}
