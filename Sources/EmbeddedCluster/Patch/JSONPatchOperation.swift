// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// One operation of a JSON patch.
struct JSONPatchOperation: Sendable {
    static let members: Set<String> = ["op", "path", "from", "value"]

    private enum Kind: String, Sendable { case add, remove, replace, move, copy, test }

    private let kind: Kind?
    private let path: JSONPointer?
    private let from: JSONPointer?
    private let value: JSONValue

    init(_ object: JSONObject) throws(StatusError) {
        func text(_ key: String) throws(StatusError) -> String? {
            switch object[key] {
            case nil, .null: return nil
            case .string(let text): return text
            case let other?:
                throw .undecodablePatch(
                    "json: cannot unmarshal \(other.goKind) into Go struct field jsonPatchOp.\(key) of type string"
                )
            }
        }
        kind = try text("op").flatMap(Kind.init)
        path = try text("path").flatMap(JSONPointer.init)
        from = try text("from").flatMap(JSONPointer.init)
        value = object["value"] ?? .null
    }

    /// - Parameter copied: The bytes that `copy` operations have added so far.
    func apply(to document: inout JSONValue, copied: inout Int) throws(StatusError) {
        guard let kind, let path else { throw .inapplicablePatch }
        switch kind {
        case .add: try path.add(value, to: &document)
        case .remove: try path.remove(from: &document)
        case .replace: try path.replace(with: value, in: &document)
        case .test:
            guard try path.value(in: document) ?? .null == value else { throw .inapplicablePatch }
        case .move:
            guard let from, let moved = try from.value(in: document) else { throw .inapplicablePatch }
            try from.remove(from: &document)
            try path.add(moved, to: &document)
        case .copy:
            guard let from, let source = try from.value(in: document) else { throw .inapplicablePatch }
            copied += source.serialized().count
            guard copied <= JSONPatch.copyLimit else {
                throw StatusError(
                    code: 413,
                    reason: "RequestEntityTooLarge",
                    message:
                        "Request entity too large: Unable to complete the copy, the accumulated size increase of copy is \(copied), "
                        + "exceeding the limit \(JSONPatch.copyLimit)"
                )
            }
            try path.add(source, to: &document)
        }
    }
}
