// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// A patch that was read from a body.
struct PatchRequest: Sendable {
    private enum Content: Sendable {
        case json(JSONPatch)
        case merge(JSONValue)
        case strategicMerge(JSONValue, any StrategicMergeSchema)
    }

    private let content: Content

    init(type: PatchType, body: [UInt8], strategy: any ResourceStrategy) throws(StatusError) {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: body)
        } catch {
            let reason = GoJSONSyntax.message(for: body)
            let text = reason.isEmpty ? error.message : reason
            throw type == .strategicMerge ? .badRequest(text) : .undecodablePatch(text)
        }
        switch type {
        case .json: content = .json(try JSONPatch(value))
        case .merge:
            if value.isNull { throw .badRequest("Invalid JSON Patch") }
            guard value.object != nil else {
                throw .undecodablePatch("json: cannot unmarshal \(value.goKind) into Go value of type map[string]interface {}")
            }
            content = .merge(value)
        case .strategicMerge:
            guard let schema = strategy.strategicMergeSchema() else { throw .unsupportedPatch }
            guard value.object != nil || value.isNull else {
                throw .badRequest("json: cannot unmarshal \(value.goKind) into Go value of type map[string]interface {}")
            }
            content = .strategicMerge(value.isNull ? .object([:]) : value, schema)
        }
    }

    /// Members of a JSON patch's operations that mean nothing, as sentences for the client.
    var unknownFields: [String] { if case .json(let patch) = content { patch.unknownFields } else { [] } }

    /// The patch document, when a real server shows that, and not the patched object, in errors.
    var shownDocument: JSONValue? { if case .strategicMerge(let document, _) = content { document } else { Optional.none } }

    func apply(to object: JSONValue) throws(StatusError) -> JSONValue {
        switch content {
        case .json(let patch): try patch.apply(to: object)
        case .merge(let patch): try MergePatch.apply(patch, to: object)
        case .strategicMerge(let patch, let schema): try StrategicMergePatch.apply(patch, to: object, schema: schema)
        }
    }
}
