// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// What the authorizer says to a request.
struct AccessDecision: Sendable, Hashable {
    var isAllowed: Bool
    /// Which binding allows it, or which roles are missing; may be empty.
    var reason: String
}

extension StatusError {
    /// The refusal of a request, in the words of kube-apiserver.
    static func accessDenied(_ attributes: RequestAttributes, _ user: UserInfo, reason: String) -> StatusError {
        let tail = reason.isEmpty ? "" : ": " + reason
        let quotedUser = GoText.quoted(user.name)
        let message: String
        let details: JSONValue
        if let resource = attributes.resource {
            let full = resource.subresource.isEmpty ? resource.name : "\(resource.name)/\(resource.subresource)"
            let place =
                resource.namespace.isEmpty ? "at the cluster scope" : "in the namespace \(GoText.quoted(resource.namespace))"
            let qualified = QualifiedName(group: resource.group, name: resource.name)
            let subject = resource.object.isEmpty ? "\(qualified)" : "\(qualified) \(GoText.quoted(resource.object))"
            message =
                "\(subject) is forbidden: User \(quotedUser) cannot \(attributes.verb) resource \(GoText.quoted(full)) "
                + "in API group \(GoText.quoted(resource.group)) \(place)"
            details = StatusError.details(name: resource.object, of: qualified)
        } else {
            message = "forbidden: User \(quotedUser) cannot \(attributes.verb) path \(GoText.quoted(attributes.path))"
            details = StatusError.details()
        }
        return StatusError(
            code: 403,
            reason: "Forbidden",
            message: message + tail,
            details: details,
            headers: ["X-Content-Type-Options": "nosniff"]
        )
    }
}
