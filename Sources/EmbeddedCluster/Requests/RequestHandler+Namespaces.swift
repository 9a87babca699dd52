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
        switch try await setFinalizers(finalizers, version: version, isDryRun: write.isDryRun, call) {
        case .stored(let entry): return try answer(entry, call, form: form)
        case .imagined(let object): return try answer(object: object, call, form: form)
        }
    }

    /// - Parameter version: The resourceVersion that the namespace must have; empty or 0 for any.
    func setFinalizers(
        _ finalizers: [JSONValue],
        version: String,
        isDryRun: Bool,
        _ call: ResourceRequest
    ) async throws(StatusError) -> WriteResult {
        for _ in 1...Self.maximumAttempts {
            guard let entry = store.entry(call.key) else { throw .notFound(call.resource, name: call.key.name) }
            guard version.isEmpty || version == "0" || version == String(entry.modRevision) else {
                throw .modified(call.resource, name: call.key.name)
            }
            var namespace = try entry.object()
            guard namespace["spec"]?["finalizers"]?.array ?? [] != finalizers else { return .stored(entry) }
            if namespace["spec"]?.object == nil { namespace["spec"] = .object([:]) }
            namespace["spec"]?["finalizers"] = finalizers.isEmpty ? nil : .array(finalizers)
            if isDryRun { return .imagined(namespace) }
            let isEnd = DeletionRules.endsWithUpdate(namespace)
            let write = PendingWrite(
                key: call.key,
                expectation: .revision(entry.modRevision),
                object: isEnd ? nil : encode(namespace, call.definition)
            )
            do {
                guard let stored = try await store.commit([write])[0] else { return .imagined(namespace) }
                return .stored(stored)
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
}
