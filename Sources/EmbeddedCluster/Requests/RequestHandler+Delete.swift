// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

extension RequestHandler {
    /// Kinds whose deletion answers with the object instead of a Status.
    private static let returnsObject: Set<ResourceID> = [
        ResourceID(group: "", resource: "pods"), ResourceID(group: "", resource: "services"),
        ResourceID(group: "", resource: "persistentvolumeclaims"), ResourceID(group: "", resource: "persistentvolumes"),
        ResourceID(group: "", resource: "serviceaccounts"), ResourceID(group: "", resource: "podtemplates"),
        ResourceID(group: "", resource: "resourcequotas"),
    ]

    func delete(_ call: ResourceRequest) async throws(StatusError) -> APIResponse {
        let form = try ContentNegotiation.form(accept: call.request.accept, isTransformable: true)
        let options = try DeletionOptions(call.request)
        let context = context(call, verb: .delete, isDryRun: options.isDryRun)
        let deletion = try await delete(call, options: options, context: context)
        let warnings = deletion.warnings
        switch deletion.result {
        case .marked(let entry): return try answer(entry, call, form: form, warnings: warnings)
        case .imagined(let object): return try answer(object: object, call, form: form, warnings: warnings)
        case .removed(let last) where Self.returnsObject.contains(call.resourceID):
            return try answer(object: last, call, form: form, warnings: warnings)
        case .removed(let last):
            let details = StatusError.details(
                name: call.key.name,
                of: call.resource,
                uid: last["metadata"]?["uid"]?.string ?? ""
            )
            let status: JSONValue = [
                "kind": "Status", "apiVersion": "v1", "metadata": .object([:]), "status": "Success", "details": details,
            ]
            return APIResponse(contentType: form.contentType, body: .bytes(status.serialized()), warnings: warnings)
        }
    }

    /// What a deletion did.
    enum DeletionResult: Sendable {
        /// The object is gone; its last state.
        case removed(JSONValue)
        /// It stays until its finalizers, or its node, let it go.
        case marked(ObjectEntry)
        /// Dry run: it would be marked like this.
        case imagined(JSONValue)
    }

    /// - Parameter asksWebhooks: An eviction has asked them in its own name.
    func delete(
        _ call: ResourceRequest,
        options: DeletionOptions,
        context: RequestContext,
        asksWebhooks: Bool = true
    ) async throws(StatusError) -> (result: DeletionResult, warnings: [String]) {
        let renderer = ObjectRenderer(call.definition)
        let rules = DeletionRules(options: options, now: Time(clock.wallNow()))
        for _ in 1...Self.maximumAttempts {
            guard let entry = store.entry(call.key) else { throw .notFound(call.resource, name: call.key.name) }
            try check(options, entry: entry, call)
            var object = try renderer.object(entry)
            let write: PendingWrite
            let step = rules.step(object, id: call.resourceID)
            // A pod that its node is stopping already, or a namespace that is being emptied, is not deleted again.
            if case .keep = step, call.resourceID.isPods || call.resourceID.isNamespaces { return (.marked(entry), []) }
            let warnings =
                asksWebhooks ? try await admitDeletion(of: object, call, options: options, context: context) : []
            switch step {
            case .keep: return (.marked(entry), warnings)
            case .mark(let marked):
                if options.isDryRun { return (.imagined(marked), warnings) }
                write = PendingWrite(
                    key: call.key,
                    expectation: .revision(entry.modRevision),
                    object: encode(marked, call.definition)
                )
            case .remove(let last):
                object = last
                if options.isDryRun { return (.removed(object), warnings) }
                write = PendingWrite(key: call.key, expectation: .revision(entry.modRevision), object: nil)
            }
            do {
                guard let stored = try await store.commit([write])[0] else { return (.removed(object), warnings) }
                return (.marked(stored), warnings)
            } catch {
                try Self.rethrow(error)
            }
        }
        throw .modified(call.resource, name: call.key.name)
    }

    private func check(_ options: DeletionOptions, entry: ObjectEntry, _ call: ResourceRequest) throws(StatusError) {
        let kind = call.definition.qualifiedKind
        if let uid = options.uid, uid != entry.parts.uid {
            throw .conflict(
                kind,
                name: call.key.name,
                "the UID in the precondition (\(uid)) does not match the UID in record (\(entry.parts.uid)). The object might have been "
                    + "deleted and then recreated"
            )
        }
        if let version = options.resourceVersion, version != String(entry.modRevision) {
            throw .conflict(
                kind,
                name: call.key.name,
                "the ResourceVersion in the precondition (\(version)) does not match the ResourceVersion in record (\(entry.modRevision)). "
                    + "The object might have been modified"
            )
        }
    }

    func deleteCollection(_ call: ResourceRequest) async throws(StatusError) -> APIResponse {
        let form = try ContentNegotiation.form(accept: call.request.accept, isTransformable: true)
        let parameters = try ListParameters(call.request.query, definition: call.definition, isWatch: false)
        let options = try DeletionOptions(call.request)
        let page = try page(call, parameters)
        let context = context(call, verb: .deletecollection, isDryRun: options.isDryRun)
        var warnings: [String] = []
        for entry in page.entries {
            var one = call
            one.path.name = entry.key.name
            do throws(StatusError) {
                warnings += try await delete(one, options: options, context: context).warnings
            } catch {
                // Gone in the meantime is what was asked for.
                guard error.code == 404 else { throw error.adding(warnings: warnings) }
            }
        }
        var response = try answer(page, call, form: form)
        response.warnings += warnings
        return response
    }
}
