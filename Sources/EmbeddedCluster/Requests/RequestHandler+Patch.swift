// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

extension RequestHandler {
    func patch(_ call: ResourceRequest) async throws(StatusError) -> APIResponse {
        let form = try ContentNegotiation.form(accept: call.request.accept, isTransformable: true)
        let kind = try patchType(call)
        let write = try WriteParameters(call.request.query, kind: "PatchOptions", isPatch: true)
        let context = context(call, verb: .patch, write: write)
        guard call.request.body.count <= Self.maximumBodyBytes else { throw .tooLarge(limit: Self.maximumBodyBytes) }
        let patch = try PatchRequest(type: kind, body: call.request.body, strategy: call.definition.strategy)
        let updated = try await update(call, context: context) { (old) throws(StatusError) in
            let patched = try patch.apply(to: old)
            return try decode(patched, by: patch, call, context: context)
        }
        return try answer(updated, call, form: form, warnings: [])
    }

    private func patchType(_ call: ResourceRequest) throws(StatusError) -> PatchType {
        let essence =
            (call.request.contentType ?? "").isEmpty ? "" : MediaType(call.request.contentType?[...] ?? "")?.essence ?? ""
        if essence == "application/apply-patch+yaml" || essence == "application/apply-patch+cbor" {
            var error = StatusError.unsupportedPatch
            error.message =
                "server-side apply is not supported by this cluster yet: apply on the client's side (kubectl apply without --server-side)"
            throw error
        }
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
        by patch: PatchRequest,
        _ call: ResourceRequest,
        context: RequestContext
    ) throws(StatusError) -> (JSONValue, [String]) {
        let definition = call.definition
        let rejection = PatchRejection(patch: patch, patched: patched, definition: definition)
        guard patched["kind"]?.string == definition.kind, patched["apiVersion"]?.string == definition.apiVersion else {
            let mismatch = KindMismatch(
                definition: definition,
                apiVersion: patched["apiVersion"]?.string ?? "",
                kind: patched["kind"]?.string ?? "",
                name: call.key.name
            )
            throw definition.isCustom ? mismatch.error : rejection.error(mismatch.error)
        }
        if context.fieldValidation == .strict, !patch.unknownFields.isEmpty {
            throw rejection.error("strict decoding error: " + patch.unknownFields.joined(separator: ", "))
        }
        do throws(StatusError) {
            let decoded = try definition.strategy.decode(patched, duplicates: [], context: context)
            return (decoded.object, (context.fieldValidation == .warn ? patch.unknownFields : []) + decoded.warnings)
        } catch {
            guard error.code == 400 else { throw error }
            throw rejection.error(error)
        }
    }
}
