// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// The JSON patch of a mutating webhook. It is applied as the patches of clients are, but what goes wrong is told in full.
struct WebhookPatch: Sendable {
    private let operations: [JSONValue]

    var isEmpty: Bool { operations.isEmpty }

    init(_ bytes: [UInt8]) throws(WebhookFailure) {
        let prefix = "received undecodable patch in webhook response: "
        let document: JSONValue
        do {
            document = try JSONValue(parsing: bytes)
        } catch {
            let reason = GoJSONSyntax.message(for: bytes)
            throw WebhookFailure(prefix + (reason.isEmpty ? error.message : reason))
        }
        guard !document.isNull else {
            operations = []
            return
        }
        guard let elements = document.array else {
            throw WebhookFailure(prefix + "json: cannot unmarshal \(document.goKind) into Go value of type jsonpatch.Patch")
        }
        for element in elements where element.object == nil && !element.isNull {
            throw WebhookFailure(prefix + "json: cannot unmarshal \(element.goKind) into Go value of type jsonpatch.Operation")
        }
        operations = elements
    }

    /// The object after all operations.
    ///
    /// - Throws: 500 with the words of a real server's patch library; the webhook's failurePolicy has no say in it.
    func apply(to object: JSONValue) throws(StatusError) -> JSONValue {
        guard operations.count <= JSONPatch.operationLimit else {
            throw .internalError("the webhook's patch has more than \(JSONPatch.operationLimit) operations")
        }
        var result = object
        var copied = 0
        for operation in operations {
            do throws(StatusError) {
                try JSONPatchOperation(operation.object ?? [:]).apply(to: &result, copied: &copied)
            } catch {
                // Too large is what the patch is whatever the operation.
                throw error.code == 413 ? error : .internalError(Self.failure(of: operation, on: result))
            }
        }
        return result
    }

    private static func failure(of operation: JSONValue, on object: JSONValue) -> String {
        let path = operation.text("path")
        let kind = operation.text("op")
        let key = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        let container = JSONPointer(path)?.container(in: object)
        // Of an array, whatever changes it can only have missed an index.
        let isArray = container?.array != nil
        let hasIndex = Int(key).map { container?.array?.indices.contains($0) ?? false } ?? false
        switch kind {
        case "add" where container == nil, "remove" where container == nil:
            return "\(kind) operation does not apply: doc is missing path: \"\(path)\": missing value"
        case "add",
            "remove" where isArray, "test" where isArray && !hasIndex:
            return "error in \(kind) for path: '\(path)': Unable to access invalid index: \(key): invalid index referenced"
        case "remove":
            return "error in remove for path: '\(path)': Unable to remove nonexistent key: \(key): missing value"
        case "replace":
            let what = container == nil ? "path" : "key"
            return "replace operation does not apply: doc is missing \(what): \(path): missing value"
        case "test" where container == nil: return "test operation does not apply: is missing path: \(path): missing value"
        case "test": return "testing value \(path) failed: test failed"
        case "move", "copy":
            let from = operation.text("from")
            let hasSource = JSONPointer(from)?.container(in: object) != nil
            return "\(kind) operation does not apply: doc is missing "
                + (hasSource ? "destination path: \(path)" : "from path: \(from)") + ": missing value"
        default: return "Unexpected kind: \(kind.isEmpty ? "unknown" : kind)"
        }
    }
}
