// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

extension RequestHandler {
    func patch(_ call: ResourceRequest) async throws(StatusError) -> APIResponse {
        let form = try ContentNegotiation.form(accept: call.request.accept, isTransformable: true)
        let kind = try patchType(call)
        let write = try WriteParameters(call.request.query, kind: "PatchOptions", isPatch: true)
        let context = context(call, verb: .patch, write: write)
        guard call.request.body.count <= Self.maximumBodyBytes else { throw .tooLarge(limit: Self.maximumBodyBytes) }
        let patch = try Patch(type: kind, body: call.request.body, strategy: call.definition.strategy)
        let updated = try await update(call, context: context) { (old) throws(StatusError) in
            let patched = try patch.apply(to: old)
            return try decode(patched, call, context: context)
        }
        return try answer(updated, call, form: form, warnings: [])
    }

    private func patchType(_ call: ResourceRequest) throws(StatusError) -> PatchType {
        let essence =
            (call.request.contentType ?? "").isEmpty ? "" : MediaType(call.request.contentType?[...] ?? "")?.essence ?? ""
        switch PatchType(rawValue: essence) {
        case nil: throw .unsupportedPatch
        case .strategicMerge where call.definition.strategy.strategicMergeSchema() == nil:
            throw .unsupportedMediaType(supported: [
                "application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml",
            ])
        case let type?: return type
        }
    }

    /// The patched object must be one of its kind again.
    private func decode(
        _ patched: JSONValue,
        _ call: ResourceRequest,
        context: RequestContext
    ) throws(StatusError) -> (JSONValue, [String]) {
        let definition = call.definition
        guard patched["kind"]?.string == definition.kind, patched["apiVersion"]?.string == definition.apiVersion else {
            let mismatch = KindMismatch(
                definition: definition,
                apiVersion: patched["apiVersion"]?.string ?? "",
                kind: patched["kind"]?.string ?? ""
            )
            throw definition.isCustom ? mismatch.error : Self.invalidPatch(patched, mismatch.error.message)
        }
        do throws(StatusError) {
            let decoded = try definition.strategy.decode(patched, duplicates: [], context: context)
            return (decoded.object, decoded.warnings)
        } catch {
            guard error.code == 400, !definition.isCustom else { throw error }
            throw Self.invalidPatch(patched, error.message)
        }
    }

    /// A patch that makes something else of the object is the patch's fault.
    private static func invalidPatch(_ patched: JSONValue, _ reason: String) -> StatusError {
        let error = FieldError.invalid("patch", .string(patched.text), reason)
        return .invalid(QualifiedName(group: "", name: ""), name: "", [error])
    }
}

/// The formats of patches by their media types.
enum PatchType: String, Sendable {
    case json = "application/json-patch+json"
    case merge = "application/merge-patch+json"
    case strategicMerge = "application/strategic-merge-patch+json"
}

extension StatusError {
    /// The answer to a patch in a format that is not served.
    static var unsupportedPatch: StatusError {
        StatusError(code: 415, reason: "UnsupportedMediaType", message: "415: Unsupported Media Type", details: .object([:]))
    }
}

/// A patch that was read from a body.
struct Patch: Sendable {
    private enum Content: Sendable {
        case json(JSONValue)
        case merge(JSONValue)
        case strategicMerge(JSONValue, any StrategicMergeSchema)
    }

    private let content: Content

    init(type: PatchType, body: [UInt8], strategy: any ResourceStrategy) throws(StatusError) {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: body)
        } catch {
            throw .badRequest("error decoding patch: " + GoJSONSyntax.message(for: body))
        }
        switch type {
        case .json:
            guard value.array != nil else { throw Self.wrongType(value, "[]handlers.jsonPatchOp") }
            content = .json(value)
        case .merge:
            if value.isNull { throw .badRequest("Invalid JSON Patch") }
            guard value.object != nil else { throw Self.wrongType(value, "map[string]interface {}") }
            content = .merge(value)
        case .strategicMerge:
            guard let schema = strategy.strategicMergeSchema() else { throw .unsupportedPatch }
            guard value.object != nil || value.isNull else { throw Self.wrongType(value, "map[string]interface {}") }
            content = .strategicMerge(value.isNull ? .object([:]) : value, schema)
        }
    }

    private static func wrongType(_ value: JSONValue, _ target: String) -> StatusError {
        .badRequest("error decoding patch: json: cannot unmarshal \(BodyDecoding.goType(value)) into Go value of type \(target)")
    }

    func apply(to object: JSONValue) throws(StatusError) -> JSONValue {
        switch content {
        case .json(let patch): try JSONPatch.apply(patch, to: object)
        case .merge(let patch): try MergePatch.apply(patch, to: object)
        case .strategicMerge(let patch, let schema): try StrategicMergePatch.apply(patch, to: object, schema: schema)
        }
    }
}
