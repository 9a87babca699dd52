// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import KubernetesJSON

/// A request's failure; renders the Status body that a real API server sends.
///
/// The constructors and texts are those of `k8s.io/apimachinery/pkg/api/errors`.
package struct StatusError: Error, Sendable, Hashable {
    /// The HTTP status code.
    package var code: Int
    /// The machine-readable reason, e.g. `NotFound`; may be empty.
    package var reason: String
    /// The sentence for people.
    package var message: String
    /// The `details` member of the Status; nil leaves it out.
    package var details: JSONValue?
    /// Additional response headers, e.g. `Retry-After`.
    package var headers: [String: String]
    /// `metadata.continue` of the Status: how an expired list can go on.
    package var continueToken: String?
    /// Sentences for Warning headers, beside the failure.
    package var warnings: [String] = []

    package init(code: Int, reason: String, message: String, details: JSONValue? = nil, headers: [String: String] = [:]) {
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details
        self.headers = headers
    }

    /// The body: a `Status` of version v1.
    package var body: JSONValue {
        var object: JSONObject = [
            "kind": "Status", "apiVersion": "v1", "metadata": .object([:]), "status": "Failure", "message": .string(message),
        ]
        if let continueToken { object["metadata"] = ["continue": .string(continueToken)] }
        if !reason.isEmpty { object["reason"] = .string(reason) }
        if let details { object["details"] = details }
        object["code"] = .int(code)
        return .object(object)
    }
}

/// The group and plural name of a resource, or the group and name of a kind, as error texts show them: `pods`, `leases.coordination.k8s.io`.
package struct QualifiedName: Sendable, Hashable, CustomStringConvertible {
    package var group: String
    package var name: String

    package init(group: String, name: String) {
        self.group = group
        self.name = name
    }

    package var description: String { group.isEmpty ? name : name + "." + group }
}

extension StatusError {
    /// The `details` with empty members left out, as Go's `omitempty` does.
    package static func details(
        name: String = "",
        of qualified: QualifiedName? = nil,
        uid: String = "",
        causes: [JSONValue] = [],
        retryAfterSeconds: Int = 0
    ) -> JSONValue {
        var object = JSONObject()
        if !name.isEmpty { object["name"] = .string(name) }
        if let qualified {
            if !qualified.group.isEmpty { object["group"] = .string(qualified.group) }
            if !qualified.name.isEmpty { object["kind"] = .string(qualified.name) }
        }
        if !uid.isEmpty { object["uid"] = .string(uid) }
        if !causes.isEmpty { object["causes"] = .array(causes) }
        if retryAfterSeconds != 0 { object["retryAfterSeconds"] = .int(retryAfterSeconds) }
        return .object(object)
    }

    package static func cause(reason: String, message: String, field: String = "") -> JSONValue {
        var object = JSONObject()
        if !reason.isEmpty { object["reason"] = .string(reason) }
        if !message.isEmpty { object["message"] = .string(message) }
        if !field.isEmpty { object["field"] = .string(field) }
        return .object(object)
    }

    package static func notFound(_ resource: QualifiedName, name: String) -> StatusError {
        StatusError(
            code: 404,
            reason: "NotFound",
            message: "\(resource) \(GoText.quoted(name)) not found",
            details: details(name: name, of: resource)
        )
    }

    /// The answer to a path that names no resource.
    package static var pathNotFound: StatusError {
        StatusError(
            code: 404,
            reason: "NotFound",
            message: "the server could not find the requested resource",
            details: .object([:])
        )
    }

    package static func alreadyExists(_ resource: QualifiedName, name: String) -> StatusError {
        StatusError(
            code: 409,
            reason: "AlreadyExists",
            message: "\(resource) \(GoText.quoted(name)) already exists",
            details: details(name: name, of: resource)
        )
    }

    package static func conflict(_ resource: QualifiedName, name: String, _ text: String) -> StatusError {
        StatusError(
            code: 409,
            reason: "Conflict",
            message: "Operation cannot be fulfilled on \(resource) \(GoText.quoted(name)): \(text)",
            details: details(name: name, of: resource)
        )
    }

    /// The conflict of an update that was made from an older version of the object.
    package static func modified(_ resource: QualifiedName, name: String) -> StatusError {
        conflict(
            resource,
            name: name,
            "the object has been modified; please apply your changes to the latest version and try again"
        )
    }

    package static func forbidden(_ resource: QualifiedName, name: String, _ text: String) -> StatusError {
        let subject = name.isEmpty ? resource.description : "\(resource) \(GoText.quoted(name))"
        return StatusError(
            code: 403,
            reason: "Forbidden",
            message: "\(subject) is forbidden: \(text)",
            details: details(name: name, of: resource)
        )
    }

    /// - Parameter kind: group and kind (not plural) of the object.
    package static func invalid(_ kind: QualifiedName, name: String, _ errors: [FieldError]) -> StatusError {
        var seen: Set<String> = []
        let messages = errors.map(\.message).filter { seen.insert($0).inserted }
        let joined = messages.count == 1 ? messages[0] : "[" + messages.joined(separator: ", ") + "]"
        return StatusError(
            code: 422,
            reason: "Invalid",
            message: "\(kind) \(GoText.quoted(name)) is invalid" + (messages.isEmpty ? "" : ": " + joined),
            details: details(
                name: name,
                of: kind,
                causes: errors.map { cause(reason: $0.kind.rawValue, message: $0.body, field: $0.field) }
            )
        )
    }

    package static func badRequest(_ message: String) -> StatusError {
        StatusError(code: 400, reason: "BadRequest", message: message)
    }

    /// 410 with reason `Expired`: a resourceVersion or continue token that is no longer retained.
    package static func expired(_ message: String) -> StatusError {
        StatusError(code: 410, reason: "Expired", message: message)
    }

    /// 410 with reason `Gone`.
    package static func gone(_ message: String) -> StatusError {
        StatusError(code: 410, reason: "Gone", message: message)
    }

    package static func methodNotAllowed(_ resource: QualifiedName, verb: String) -> StatusError {
        StatusError(
            code: 405,
            reason: "MethodNotAllowed",
            message: "\(verb) is not supported on resources of kind \(GoText.quoted(resource.description))",
            details: details(of: resource)
        )
    }

    /// The answer to a method that the path does not have.
    package static var methodNotAllowedHere: StatusError {
        StatusError(
            code: 405,
            reason: "MethodNotAllowed",
            message: "the server does not allow this method on the requested resource",
            details: .object([:])
        )
    }

    /// 504 for a resourceVersion that lies in the future.
    package static func tooLargeVersion(_ requested: UInt64, current: UInt64) -> StatusError {
        StatusError(
            code: 504,
            reason: "Timeout",
            message: "Timeout: Too large resource version: \(requested), current: \(current)",
            details: details(
                causes: [cause(reason: "ResourceVersionTooLarge", message: "Too large resource version")],
                retryAfterSeconds: 1
            ),
            headers: ["Retry-After": "1"]
        )
    }

    package static func unsupportedMediaType(supported: [String]) -> StatusError {
        let list = supported.joined(separator: ", ")
        return StatusError(
            code: 415,
            reason: "UnsupportedMediaType",
            message: "the body of the request was in an unknown format - accepted media types include: " + list
        )
    }

    package static func notAcceptable(supported: [String]) -> StatusError {
        let list = supported.joined(separator: ", ")
        return StatusError(
            code: 406,
            reason: "NotAcceptable",
            message: "only the following media types are accepted: " + list
        )
    }

    package static func tooLarge(limit: Int) -> StatusError {
        StatusError(code: 413, reason: "RequestEntityTooLarge", message: "Request entity too large: limit is \(limit)")
    }

    package static func internalError(_ message: String) -> StatusError {
        StatusError(
            code: 500,
            reason: "InternalError",
            message: "Internal error occurred: " + message,
            details: details(causes: [cause(reason: "", message: message)])
        )
    }
}
