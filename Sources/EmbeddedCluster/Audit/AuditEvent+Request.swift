// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import KubernetesJSON

extension APIRequest {
    /// What the request would write; nil for a read, and for what is no resource.
    var writtenPath: ResourcePath? { ["POST", "PUT", "PATCH", "DELETE"].contains(method) ? ResourcePath(path) : nil }
}

extension AuditEvent {
    init(
        _ head: HTTPRequest,
        _ request: APIRequest,
        path: ResourcePath,
        _ response: APIResponse,
        times: (received: Int64, answered: Int64)
    ) {
        // Only the answer tells a generated name and the version; an error's or a list's metadata has neither.
        let object = Self.object(in: response)
        let metadata = object?["metadata"]
        let isDryRun = !request.query.all("dryRun").isEmpty
        self.init(
            received: times.received,
            answered: times.answered,
            user: request.user.name,
            userAgent: head.headerFields[.userAgent] ?? "",
            verb: Self.verb(request.method, path),
            object: ObjectReference(
                group: path.group,
                resource: path.resource,
                subresource: path.subresource ?? "",
                namespace: path.namespace ?? "",
                name: path.name ?? metadata?["name"]?.string ?? "",
                uid: metadata?["uid"]?.string ?? "",
                resourceVersion: metadata?["resourceVersion"]?.string ?? ""
            ),
            code: response.status,
            isApplied: (200..<300).contains(response.status) && !isDryRun,
            annotations: Self.annotations(object, path)
        )
    }

    private static func verb(_ method: String, _ path: ResourcePath) -> String {
        switch method {
        case "POST": "create"
        case "PUT": "update"
        case "PATCH": "patch"
        default: path.name == nil ? "deletecollection" : "delete"
        }
    }

    private static func object(in response: APIResponse) -> JSONValue? {
        guard case .bytes(let bytes) = response.body, (200..<300).contains(response.status) else { return nil }
        do {
            return try JSON.decode(JSONValue.self, from: bytes)
        } catch {
            // Another form than JSON was asked for.
            return nil
        }
    }

    private static func annotations(_ object: JSONValue?, _ path: ResourcePath) -> [String: String] {
        guard path.group == "coordination.k8s.io", path.resource == "leases", let spec = object?["spec"] else { return [:] }
        return [
            "holderIdentity": spec["holderIdentity"]?.string ?? "",
            "leaseTransitions": String(spec["leaseTransitions"]?.int ?? 0),
        ]
    }
}
