// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import KubernetesJSON

/// JSON Patch, RFC 6902, with the liberties that kube-apiserver takes: `replace` creates a missing member, `test` with null passes on a
/// missing one, negative indices count from the end, and what comes before the first `/` of a path is ignored.
package struct JSONPatch: Sendable {
    /// A patch may hold that many operations; kube-apiserver's limit.
    package static let operationLimit = 10_000
    /// All `copy` operations of a patch together may add that many bytes; kube-apiserver's limit.
    package static let copyLimit = 3 * 1024 * 1024

    private let operations: [JSONPatchOperation]
    /// Members of operations that mean nothing, e.g. `json patch unknown field "[0].foo"`.
    package let unknownFields: [String]

    /// - Parameter document: The body: a list of operations.
    package init(_ document: JSONValue) throws(StatusError) {
        guard let elements = document.array else {
            throw .undecodablePatch("json: cannot unmarshal \(document.goKind) into Go value of type []handlers.jsonPatchOp")
        }
        guard elements.count <= Self.operationLimit else {
            throw StatusError(
                code: 413,
                reason: "RequestEntityTooLarge",
                message:
                    "Request entity too large: The allowed maximum operations in a JSON patch is \(Self.operationLimit), got \(elements.count)"
            )
        }
        var operations: [JSONPatchOperation] = []
        var unknown: [String] = []
        for (index, element) in elements.enumerated() {
            guard let object = element.object else {
                throw .undecodablePatch("json: cannot unmarshal \(element.goKind) into Go value of type handlers.jsonPatchOp")
            }
            operations.append(try JSONPatchOperation(object))
            for key in object.keys where !JSONPatchOperation.members.contains(key) {
                unknown.append("json patch unknown field \(GoText.quoted("[\(index)].\(key)"))")
            }
        }
        self.operations = operations
        unknownFields = unknown
    }

    /// The object after all operations; none of them has an effect when one fails.
    package static func apply(_ patch: JSONValue, to object: JSONValue) throws(StatusError) -> JSONValue {
        try JSONPatch(patch).apply(to: object)
    }

    /// The object after all operations; none of them has an effect when one fails.
    package func apply(to object: JSONValue) throws(StatusError) -> JSONValue {
        var result = object
        var copied = 0
        for operation in operations { try operation.apply(to: &result, copied: &copied) }
        return result
    }
}

extension StatusError {
    /// The answer to a patch whose body has another shape than patches have.
    static func undecodablePatch(_ reason: String) -> StatusError { .badRequest("error decoding patch: " + reason) }

    /// The answer to a JSON patch that cannot be applied, whatever the cause: kube-apiserver does not tell more.
    static var inapplicablePatch: StatusError {
        StatusError(
            code: 422,
            reason: "Invalid",
            message: "the server rejected our request due to an error in our request",
            details: .object([:])
        )
    }
}

extension JSONValue {
    /// The type as Go's JSON decoder names it in errors.
    var goKind: String {
        switch self {
        case .null: "null"
        case .bool: "bool"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}
