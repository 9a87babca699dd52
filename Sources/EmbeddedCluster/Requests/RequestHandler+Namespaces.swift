// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

extension RequestHandler {
    /// `PUT …/finalize` changes `spec.finalizers`, which nothing else can; the namespace goes with the last one.
    func finalizeNamespace(_ call: ResourceRequest) async throws(StatusError) -> APIResponse {
        let form = try ContentNegotiation.form(accept: call.request.accept, isTransformable: false)
        let write = try WriteParameters(call.request.query, kind: "UpdateOptions")
        let wanted = try BodyDecoding(definition: call.definition).value(call.request)
        let finalizers = wanted["spec"]?["finalizers"]?.array ?? []
        let version = wanted["metadata"]?["resourceVersion"]?.string ?? ""
        let context = context(call, verb: .update, write: write)
        let updated = try await setFinalizers(finalizers, version: version, call, context: context)
        return try answer(updated, call, form: form, warnings: [])
    }

    /// - Parameter version: The resourceVersion that the namespace must have; empty or 0 for any.
    func setFinalizers(
        _ finalizers: [JSONValue],
        version: String,
        _ call: ResourceRequest,
        context: RequestContext
    ) async throws(StatusError) -> Updated {
        for _ in 1...Self.maximumAttempts {
            guard let entry = store.entry(call.key) else { throw .notFound(call.resource, name: call.key.name) }
            guard version.isEmpty || version == "0" || version == String(entry.modRevision) else {
                throw .modified(call.resource, name: call.key.name)
            }
            let old = try entry.object()
            var namespace = old
            if namespace["spec"]?.object == nil { namespace["spec"] = .object([:]) }
            namespace["spec"]?["finalizers"] = finalizers.isEmpty ? nil : .array(finalizers)
            let warnings = try await admitFinalizers(&namespace, old: old, call, context: context)
            guard namespace["spec"]?["finalizers"]?.array ?? [] != old["spec"]?["finalizers"]?.array ?? [] else {
                return Updated(result: .stored(entry), warnings: warnings)
            }
            if context.dryRun { return Updated(result: .imagined(namespace), warnings: warnings) }
            let isEnd = DeletionRules.endsWithUpdate(namespace)
            let write = PendingWrite(
                key: call.key,
                expectation: .revision(entry.modRevision),
                object: isEnd ? nil : encode(namespace, call.definition)
            )
            do {
                guard let stored = try await store.commit([write])[0] else {
                    return Updated(result: .imagined(namespace), warnings: warnings)
                }
                return Updated(result: .stored(stored), warnings: warnings)
            } catch {
                try Self.rethrow(error)
                // The store keeps a namespace that holds something.
                if isEnd, !store.read({ $0.isEmpty(namespace: call.key.name) }) {
                    throw .conflict(call.resource, name: call.key.name, "the namespace is not empty")
                }
            }
        }
        throw .modified(call.resource, name: call.key.name)
    }

    /// Asks the webhooks about `namespaces/finalize`; of what they change, the finalizers count.
    private func admitFinalizers(
        _ namespace: inout JSONValue,
        old: JSONValue,
        _ call: ResourceRequest,
        context: RequestContext
    ) async throws(StatusError) -> [String] {
        guard webhooks.hasMutating || webhooks.hasValidating else { return [] }
        var attributes = admission(
            .update,
            call,
            name: call.key.name,
            object: namespace,
            oldObject: old,
            context: context
        )
        let mutation = try await mutate(attributes, call, context: context)
        if let finalizers = mutation.object?["spec"]?["finalizers"] {
            namespace["spec"]?["finalizers"] = finalizers
            attributes.object = namespace
        }
        do throws(StatusError) {
            return mutation.warnings + (try await validate(attributes, call, context: context))
        } catch {
            throw error.adding(warnings: mutation.warnings)
        }
    }
}
