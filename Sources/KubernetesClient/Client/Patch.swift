// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

/// A change to an object, in one of the formats that Kubernetes takes.
public enum Patch: Sendable, Hashable {
    /// RFC 6902: operations in order, all or none.
    case json([JSONPatchOperation])
    /// RFC 7386: members replace, null removes.
    case merge(JSONValue)
    /// As `merge`, but lists with a merge key are merged; built-in kinds only.
    case strategicMerge(JSONValue)
    /// Server-side apply of these fields; needs ``WriteOptions/fieldManager``.
    case apply(JSONValue)

    /// The Content-Type that names the format.
    package var contentType: String {
        switch self {
        case .json: "application/json-patch+json"
        case .merge: "application/merge-patch+json"
        case .strategicMerge: "application/strategic-merge-patch+json"
        case .apply: "application/apply-patch+yaml"
        }
    }

    /// The request's body.
    package var document: JSONValue {
        switch self {
        case .json(let operations): .array(operations.map(\.document))
        case .merge(let value), .strategicMerge(let value), .apply(let value): value
        }
    }
}
