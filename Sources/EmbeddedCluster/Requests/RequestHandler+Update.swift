// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

extension RequestHandler {
    /// How often a write that was decided from an outdated object is decided anew.
    static let maximumAttempts = 100

    func replace(_ call: ResourceRequest) async throws(StatusError) -> APIResponse {
        let form = try ContentNegotiation.form(accept: call.request.accept, isTransformable: true)
        let write = try WriteParameters(call.request.query, kind: "UpdateOptions")
        let context = context(call, verb: .update, write: write)
        let body = try BodyDecoding(definition: call.definition).value(call.request)
        let decoded = try call.definition.strategy.decode(body, duplicates: duplicates(call.request, context), context: context)
        var object = decoded.object
        try checkName(object, call)
        if object["metadata"]?.object == nil { object["metadata"] = .object([:]) }
        try fillNamespace(&object, call)
        if call.definition.strategy.allowsCreateOnUpdate, call.path.subresource == nil, store.entry(call.key) == nil {
            return try await createByReplacing(object, call, context: context, form: form, warnings: decoded.warnings)
        }
        let updated = try await update(call, context: context) { _ in (object, []) }
        return try answer(updated, call, form: form, warnings: decoded.warnings)
    }

    private func createByReplacing(
        _ object: JSONValue,
        _ call: ResourceRequest,
        context: RequestContext,
        form: AnswerForm,
        warnings: [String]
    ) async throws(StatusError) -> APIResponse {
        if let uid = object["metadata"]?["uid"]?.string, !uid.isEmpty {
            throw .conflict(
                call.resource,
                name: call.key.name,
                "Precondition failed: UID in precondition: \(uid), UID in object meta: "
            )
        }
        var context = context
        context.verb = .create
        var new = object
        new["metadata"]?["resourceVersion"] = nil
        let created = try await create(new, call, context: context)
        switch created.result {
        case .stored(let entry): return try answer(entry, call, form: form, status: 201, warnings: warnings + created.warnings)
        case .imagined(let object):
            return try answer(object: object, call, form: form, status: 201, warnings: warnings + created.warnings)
        }
    }

    /// The result of an update.
    struct Updated: Sendable {
        var result: WriteResult
        var warnings: [String]
    }

    func answer(_ updated: Updated, _ call: ResourceRequest, form: AnswerForm, warnings: [String]) throws(StatusError)
        -> APIResponse
    {
        switch updated.result {
        case .stored(let entry): return try answer(entry, call, form: form, warnings: warnings + updated.warnings)
        case .imagined(let object): return try answer(object: object, call, form: form, warnings: warnings + updated.warnings)
        }
    }

    /// Changes an object: reads it, lets `transform` make the new one from it, applies the rules of its kind, and stores the result; all
    /// of it again when someone else was faster and the client did not name a version.
    ///
    /// - Parameters:
    ///   - view: What webhooks see of it; nil for the object itself.
    ///   - transform: The new object, decoded, and warnings for the client. Called once per attempt.
    func update(
        _ call: ResourceRequest,
        view: AdmissionView? = nil,
        context: RequestContext,
        _ transform: (JSONValue) throws(StatusError) -> (JSONValue, [String])
    ) async throws(StatusError) -> Updated {
        let renderer = ObjectRenderer(call.definition)
        for _ in 1...Self.maximumAttempts {
            guard let entry = store.entry(call.key) else { throw .notFound(call.resource, name: call.key.name) }
            let stored = try renderer.object(entry)
            var old = stored
            var (wanted, warnings) = try transform(stored)
            try checkName(wanted, call)
            try fillNamespace(&wanted, call)
            old["metadata"]?["resourceVersion"] = nil
            warnings += try await mutate(&wanted, old: stored, call, view: view, context: context)
            let allWarnings: [String]
            let decision: (step: Step, warnings: [String])
            do throws(StatusError) {
                decision = try decide(wanted, old: old, entry: entry, call, context: context)
                let verdict = try await validate(decision.step, old: stored, call, view: view, context: context)
                allWarnings = warnings + verdict + decision.warnings
            } catch {
                throw error.adding(warnings: warnings)
            }
            switch decision.step {
            case .keep: return Updated(result: .stored(entry), warnings: allWarnings)
            case .store(let object) where context.dryRun, .remove(let object) where context.dryRun:
                var shown = object
                shown["metadata"]?["resourceVersion"] = .string(String(entry.modRevision))
                return Updated(result: .imagined(shown), warnings: allWarnings)
            case .store(let object):
                let write = PendingWrite(
                    key: call.key,
                    expectation: .revision(entry.modRevision),
                    object: encode(object, call.definition)
                )
                do {
                    guard let stored = try await store.commit([write])[0] else { continue }
                    return Updated(result: .stored(stored), warnings: allWarnings)
                } catch {
                    try Self.rethrow(error)
                }
            case .remove(let object):
                // The last finalizer went: the object goes with it, and the answer shows its last state.
                let write = PendingWrite(key: call.key, expectation: .revision(entry.modRevision), object: nil)
                do {
                    _ = try await store.commit([write])
                    var shown = object
                    shown["metadata"]?["resourceVersion"] = .string(String(entry.modRevision))
                    return Updated(result: .imagined(shown), warnings: allWarnings)
                } catch {
                    try Self.rethrow(error)
                }
            }
        }
        throw .modified(call.resource, name: call.key.name)
    }

    // MARK: Deciding

    private enum Step {
        /// Nothing differs.
        case keep
        case store(JSONValue)
        case remove(JSONValue)
    }

    /// Lets mutating webhooks change the wanted object, after the admission of the server itself.
    private func mutate(
        _ wanted: inout JSONValue,
        old: JSONValue,
        _ call: ResourceRequest,
        view: AdmissionView?,
        context: RequestContext
    ) async throws(StatusError) -> [String] {
        guard webhooks.hasMutating else { return [] }
        let view = view ?? AdmissionView(call)
        var object = wanted
        if view.merged == nil { call.definition.strategy.setDefaults(&object) }
        let attributes = try attributes(of: object, old: old, call, view: view, context: context)
        let mutation = try await mutate(attributes, call, isWhole: view.merged == nil, context: context)
        if let mutated = mutation.object {
            wanted = view.merged?(mutated, wanted) ?? mutated
            do throws(StatusError) {
                try checkName(wanted, call)
                try fillNamespace(&wanted, call)
            } catch {
                throw error.adding(warnings: mutation.warnings)
            }
        }
        return mutation.warnings
    }

    /// What webhooks are told of an update.
    private func attributes(
        of object: JSONValue,
        old: JSONValue,
        _ call: ResourceRequest,
        view: AdmissionView,
        context: RequestContext
    ) throws(StatusError) -> AdmissionAttributes {
        admission(
            .update,
            call,
            view: view,
            name: call.key.name,
            object: try view.shown(object),
            oldObject: try view.shown(old),
            context: context
        )
    }

    /// Asks the validating webhooks about what is to be stored.
    private func validate(
        _ step: Step,
        old: JSONValue,
        _ call: ResourceRequest,
        view: AdmissionView?,
        context: RequestContext
    ) async throws(StatusError) -> [String] {
        guard webhooks.hasValidating else { return [] }
        let view = view ?? AdmissionView(call)
        var object: JSONValue
        switch step {
        case .keep: object = old
        case .store(let new), .remove(let new): object = new
        }
        object["metadata"]?["resourceVersion"] = old["metadata"]?["resourceVersion"]
        let attributes = try attributes(of: object, old: old, call, view: view, context: context)
        return try await validate(attributes, call, context: context)
    }

    private func decide(
        _ wanted: JSONValue,
        old: JSONValue,
        entry: ObjectEntry,
        _ call: ResourceRequest,
        context: RequestContext
    ) throws(StatusError) -> (step: Step, warnings: [String]) {
        let definition = call.definition
        let strategy = definition.strategy
        var object = wanted
        try checkName(object, call)
        try checkPreconditions(object, entry: entry, call, context: context)
        var context = context
        context.referenced = references(strategy.references(of: object, context: context))
        try strategy.admit(&object, old: old, context: context)
        carryMetadata(&object, old: old)
        let ownerWarnings = MetadataCleaning.dropDuplicateOwners(&object)
        strategy.prepareForUpdate(&object, old: old, context: context)
        let metadata = object["metadata"] ?? .object([:])
        let metadataErrors = ObjectMetaValidation(definition: definition)
            .updateErrors(metadata, old: old["metadata"] ?? .object([:]))
        // A real server checks metadata twice, in general and with the kind, and reports both.
        let errors = metadataErrors + metadataErrors + strategy.validateUpdate(object, old: old, context: context)
        guard errors.isEmpty else { throw .invalid(definition.qualifiedKind, name: call.key.name, errors) }
        let warnings =
            ownerWarnings + ObjectMetaValidation(definition: definition).warnings(metadata, old: old["metadata"])
            + strategy.warnings(for: object, old: old, context: context)
        if DeletionRules.endsWithUpdate(object) { return (.remove(object), warnings) }
        return (object == old ? .keep : .store(object), warnings)
    }

    private func checkName(_ object: JSONValue, _ call: ResourceRequest) throws(StatusError) {
        let name = object["metadata"]?["name"]?.string ?? ""
        let wanted = call.path.name ?? ""
        guard !name.isEmpty else {
            throw .badRequest("the name of the object (\(wanted) based on URL) was undeterminable: name must be provided")
        }
        guard name == wanted else {
            throw .badRequest("the name of the object (\(name)) does not match the name on the URL (\(wanted))")
        }
    }

    private func checkPreconditions(
        _ object: JSONValue,
        entry: ObjectEntry,
        _ call: ResourceRequest,
        context: RequestContext
    ) throws(StatusError) {
        let text = object["metadata"]?["resourceVersion"]?.string ?? ""
        let uid = object["metadata"]?["uid"]?.string ?? ""
        if context.verb == .update, !uid.isEmpty, uid != entry.parts.uid {
            let path = ["/registry", call.key.group, call.key.resource, call.key.namespace, call.key.name].filter { !$0.isEmpty }
            throw .conflict(
                call.resource,
                name: call.key.name,
                "StorageError: invalid object, Code: 4, Key: \(path.joined(separator: "/")), ResourceVersion: 0, AdditionalErrorMsg: "
                    + "Precondition failed: UID in precondition: \(uid), UID in object meta: \(entry.parts.uid)"
            )
        }
        guard !text.isEmpty, text != "0" else {
            // A patch takes its version from the object that it patches.
            if context.verb == .update, !call.definition.strategy.allowsUnconditionalUpdate {
                let error = FieldError.invalid("metadata.resourceVersion", 0, "must be specified for an update")
                // A real server names the resource here, not the kind.
                throw .invalid(call.resource, name: call.key.name, [error])
            }
            return
        }
        guard let version = UInt64(text) else {
            throw StatusError(
                code: 500,
                reason: "",
                message: "strconv.ParseUint: parsing \(GoText.quoted(text)): invalid syntax"
            )
        }
        guard version == entry.modRevision else { throw .modified(call.resource, name: call.key.name) }
    }

    /// What clients cannot change stays; what they left out comes back.
    private func carryMetadata(_ object: inout JSONValue, old: JSONValue) {
        object["metadata"]?["resourceVersion"] = nil
        object["metadata"]?["managedFields"] = nil
        object["metadata"]?["selfLink"] = nil
        object["metadata"]?["generation"] = old["metadata"]?["generation"]
        MetadataCleaning.dropEmpty(&object)
        for field in ["uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"]
        where object["metadata"]?[field] == nil {
            object["metadata"]?[field] = old["metadata"]?[field]
        }
    }
}
