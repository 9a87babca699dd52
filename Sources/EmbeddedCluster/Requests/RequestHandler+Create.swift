// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

extension RequestHandler {
    func create(_ call: ResourceRequest) async throws(StatusError) -> APIResponse {
        let form = try ContentNegotiation.form(accept: call.request.accept, isTransformable: true)
        let write = try WriteParameters(call.request.query, kind: "CreateOptions")
        let context = context(call, verb: .create, write: write)
        let body = try BodyDecoding(definition: call.definition).value(call.request)
        let decoded = try call.definition.strategy.decode(body, duplicates: duplicates(call.request, context), context: context)
        if let result = try call.definition.strategy.answer(to: decoded.object, context: context) {
            return try answer(object: result, call, form: form, status: 201, warnings: decoded.warnings)
        }
        let created = try await create(decoded.object, call, context: context)
        let warnings = decoded.warnings + created.warnings
        switch created.result {
        case .stored(let entry): return try answer(entry, call, form: form, status: 201, warnings: warnings)
        case .imagined(let object): return try answer(object: object, call, form: form, status: 201, warnings: warnings)
        }
    }

    /// The paths of repeated fields in a body, when anyone wants to know.
    func duplicates(_ request: APIRequest, _ context: RequestContext) -> [String] {
        guard context.fieldValidation != .ignore else { return [] }
        do {
            return try JSON.duplicateKeys(in: request.body)
        } catch {
            // The body has been read already, so that it is JSON.
            return []
        }
    }

    /// What became of an object that was written.
    enum WriteResult: Sendable {
        case stored(ObjectEntry)
        /// Dry run: the object as it would be.
        case imagined(JSONValue)
    }

    /// Creates a decoded object: everything behind the body's decoding.
    func create(
        _ decoded: JSONValue,
        _ call: ResourceRequest,
        context: RequestContext
    ) async throws(StatusError) -> (result: WriteResult, warnings: [String]) {
        var object = decoded
        try checkVersionAndNamespace(&object, call)
        let name = object["metadata"]?["name"]?.string ?? ""
        let warnings = try await mutateNew(&object, call, name: name, context: context)
        do throws(StatusError) {
            var created = try await create(mutated: object, call, givenName: name, context: context)
            created.warnings = warnings + created.warnings
            return created
        } catch {
            throw error.adding(warnings: warnings)
        }
    }

    /// - Parameter givenName: The name that the client gave, which may be none.
    private func create(
        mutated object: JSONValue,
        _ call: ResourceRequest,
        givenName: String,
        context: RequestContext
    ) async throws(StatusError) -> (result: WriteResult, warnings: [String]) {
        let definition = call.definition
        let strategy = definition.strategy
        let generatesName = !(object["metadata"]?["generateName"]?.string ?? "").isEmpty
        let isNameGenerated = generatesName && (object["metadata"]?["name"]?.string ?? "").isEmpty
        // A generated name that is taken is tried again, as often as a real server does.
        for attempt in 1... {
            var object = object
            if isNameGenerated {
                let prefix = object["metadata"]?["generateName"]?.string ?? ""
                object["metadata"]?["name"] = .string(names.name(prefix: prefix))
            }
            let name = object["metadata"]?["name"]?.string ?? ""
            let key = call.key(name: name)
            try checkNamespace(of: key, call)
            var context = context
            context.referenced = references(strategy.references(of: object, context: context))
            try strategy.admit(&object, old: nil, context: context)
            fillSystemMetadata(&object, context: context)
            let ownerWarnings = MetadataCleaning.dropDuplicateOwners(&object)
            strategy.prepareForCreate(&object, context: context)
            let metadata = object["metadata"] ?? .object([:])
            var errors = ObjectMetaValidation(definition: definition).errors(metadata)
            errors += strategy.validateCreate(object, context: context)
            guard errors.isEmpty else { throw .invalid(definition.qualifiedKind, name: name, errors) }
            let admission = admission(
                .create,
                call,
                name: givenName.isEmpty ? name : givenName,
                object: object,
                context: context
            )
            let verdict = try await validate(admission, call, context: context)
            let warnings =
                verdict + ownerWarnings + ObjectMetaValidation(definition: definition).warnings(metadata, old: nil)
                + strategy.warnings(for: object, old: nil, context: context)
            if let existing = store.entry(key) {
                if isNameGenerated, attempt < 8 { continue }
                throw Self.exists(call.resource, existing, generatesName: generatesName)
            }
            if context.dryRun { return (.imagined(object), warnings) }
            let encoded = encode(object, definition)
            do {
                let write = PendingWrite(
                    key: key,
                    expectation: .absent,
                    object: encoded,
                    needsActiveNamespace: definition.scope == .namespaced
                )
                guard let entry = try await store.commit([write])[0] else { continue }
                return (.stored(entry), warnings)
            } catch {
                // Someone was faster: look again and say what is the matter.
                try Self.rethrow(error)
            }
        }
        throw .internalError("creation was tried without end")
    }

    private static func exists(_ resource: QualifiedName, _ entry: ObjectEntry, generatesName: Bool) -> StatusError {
        var error = StatusError.alreadyExists(resource, name: entry.key.name)
        if generatesName {
            error.message += ", the server was not able to generate a unique name for the object"
            error.details = StatusError.details(name: entry.key.name, of: resource, retryAfterSeconds: 1)
            error.headers["Retry-After"] = "1"
        } else if entry.parts.isTerminating {
            error.message = "object is being deleted: " + error.message
        }
        return error
    }

    /// Lets mutating webhooks change an object that is to be created, after the admission of the server itself, which sees the result again.
    private func mutateNew(
        _ object: inout JSONValue,
        _ call: ResourceRequest,
        name: String,
        context: RequestContext
    ) async throws(StatusError) -> [String] {
        guard webhooks.hasMutating else { return [] }
        let strategy = call.definition.strategy
        try checkNamespace(of: call.key(name: name), call)
        var context = context
        context.referenced = references(strategy.references(of: object, context: context))
        try strategy.admit(&object, old: nil, context: context)
        strategy.setDefaults(&object)
        let admission = admission(.create, call, name: name, object: object, context: context)
        let mutation = try await mutate(admission, call, context: context)
        guard let mutated = mutation.object else { return mutation.warnings }
        object = mutated
        try fillNamespace(&object, call)
        return mutation.warnings
    }

    /// Passes failures of the storage on; an outdated write is tried again by the caller.
    static func rethrow(_ error: CommitError) throws(StatusError) {
        guard case .storage(let storage) = error else { return }
        throw .storageFailure(storage)
    }

    /// The object in the layout and version of the store.
    func encode(_ object: JSONValue, _ definition: ResourceDefinition) -> EncodedObject {
        var stored = definition.strategy.encodedForStorage(object)
        let version = definition.storageVersion
        stored["apiVersion"] = .string(definition.storageGroup.isEmpty ? version : definition.storageGroup + "/" + version)
        return EncodedObject(stored, fields: definition.strategy.selectableFields(of: object))
    }

    /// Objects that a strategy asked to see.
    func references(_ keys: [StorageKey]) -> [StorageKey: JSONValue] {
        var found: [StorageKey: JSONValue] = [:]
        for key in keys {
            guard let entry = store.entry(key) else { continue }
            do throws(StatusError) {
                found[key] = try entry.object()
            } catch {
                // An object that cannot be read is as good as absent.
                continue
            }
        }
        return found
    }

    // MARK: Metadata

    private func checkVersionAndNamespace(_ object: inout JSONValue, _ call: ResourceRequest) throws(StatusError) {
        if object["metadata"]?.object == nil { object["metadata"] = .object([:]) }
        if let version = object["metadata"]?["resourceVersion"]?.string, let number = UInt64(version), number != 0 {
            throw StatusError(code: 500, reason: "", message: "resourceVersion should not be set on objects to be created")
        }
        try fillNamespace(&object, call)
    }

    /// Sets the namespace of the path, and refuses another one in the body.
    func fillNamespace(_ object: inout JSONValue, _ call: ResourceRequest) throws(StatusError) {
        let given = object["metadata"]?["namespace"]?.string ?? ""
        guard call.definition.scope == .namespaced else {
            guard given.isEmpty else {
                throw .badRequest("the namespace of the provided object does not match the namespace sent on the request")
            }
            object["metadata"]?["namespace"] = nil
            return
        }
        let namespace = call.path.namespace ?? ""
        guard given.isEmpty || given == namespace else {
            throw .badRequest("the namespace of the provided object does not match the namespace sent on the request")
        }
        object["metadata"]?["namespace"] = .string(namespace)
    }

    /// New objects need a namespace that exists and is not being deleted (the admission plugin NamespaceLifecycle).
    private func checkNamespace(of key: StorageKey, _ call: ResourceRequest) throws(StatusError) {
        guard call.definition.scope == .namespaced else { return }
        guard let namespace = store.entry(.namespace(key.namespace)) else {
            throw .notFound(QualifiedName(group: "", name: "namespaces"), name: key.namespace)
        }
        guard namespace.parts.isTerminating else { return }
        var error = StatusError.forbidden(
            call.resource,
            name: key.name,
            "unable to create new content in namespace \(key.namespace) because it is being terminated"
        )
        let cause = StatusError.cause(
            reason: "NamespaceTerminating",
            message: "namespace \(key.namespace) is being terminated",
            field: "metadata.namespace"
        )
        error.details = StatusError.details(name: key.name, of: call.resource, causes: [cause])
        throw error
    }

    private func fillSystemMetadata(_ object: inout JSONValue, context: RequestContext) {
        for field in [
            "uid", "creationTimestamp", "selfLink", "deletionTimestamp", "deletionGracePeriodSeconds",
            "resourceVersion",
            "managedFields",
        ] { object["metadata"]?[field] = nil }
        object["metadata"]?["uid"] = .string(context.newUID())
        object["metadata"]?["creationTimestamp"] = .string(context.now.description)
        MetadataCleaning.dropEmpty(&object)
    }
}

/// Metadata as Go writes it: empty members are left out.
enum MetadataCleaning {
    /// Takes repeated owners out and says so to the client.
    static func dropDuplicateOwners(_ object: inout JSONValue) -> [String] {
        guard let owners = object["metadata"]?["ownerReferences"]?.array, owners.count > 1 else { return [] }
        var kept: [JSONValue] = []
        var repeated: [String] = []
        for owner in owners {
            if kept.contains(owner) { repeated.append(owner["uid"]?.string ?? "") } else { kept.append(owner) }
        }
        guard !repeated.isEmpty else { return [] }
        object["metadata"]?["ownerReferences"] = .array(kept)
        return [
            ".metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may reject such requests "
                + "as early as 1.24; please fix your requests; duplicate UID(s) observed: \(repeated.joined(separator: ", "))"
        ]
    }

    static func dropEmpty(_ object: inout JSONValue) {
        guard case .object(let metadata)? = object["metadata"] else { return }
        for (key, value) in metadata {
            switch value {
            case .null, .string(""): object["metadata"]?[key] = nil
            case .array(let elements) where elements.isEmpty: object["metadata"]?[key] = nil
            case .object(let members) where members.isEmpty: object["metadata"]?[key] = nil
            default: break
            }
        }
    }
}

extension StatusError {
    /// The answer when the storage cannot take a write. Nothing has changed.
    static func storageFailure(_ error: StorageError) -> StatusError {
        error.code == .full
            ? StatusError(code: 507, reason: "InsufficientStorage", message: "the cluster's storage is full: \(error.message)")
            : .internalError("the cluster's storage failed: \(error.message)")
    }
}
