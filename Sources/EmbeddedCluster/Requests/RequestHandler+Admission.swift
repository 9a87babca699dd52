// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// What webhooks see of an object: for most requests the object itself, for `scale` a Scale.
struct AdmissionView: Sendable {
    var subresource: String
    var kind: GroupVersionKind
    var shown: @Sendable (JSONValue) throws(StatusError) -> JSONValue
    /// The whole object with a changed view; nil where the view is the object, which has to be read anew.
    var merged: (@Sendable (_ shown: JSONValue, _ whole: JSONValue) -> JSONValue)?

    /// The object itself.
    init(_ call: ResourceRequest) {
        let definition = call.definition
        subresource = call.path.subresource ?? ""
        kind = GroupVersionKind(group: definition.group, version: definition.version, kind: definition.kind)
        shown = { (object) throws(StatusError) in object }
    }

    /// A part of the object that has a kind of its own.
    init(
        subresource: String,
        kind: GroupVersionKind,
        shown: @escaping @Sendable (JSONValue) throws(StatusError) -> JSONValue,
        merged: @escaping @Sendable (_ shown: JSONValue, _ whole: JSONValue) -> JSONValue
    ) {
        self.subresource = subresource
        self.kind = kind
        self.shown = shown
        self.merged = merged
    }
}

extension RequestHandler {
    /// What admission is told of a request.
    func admission(
        _ operation: AdmissionAttributes.Operation,
        _ call: ResourceRequest,
        view: AdmissionView? = nil,
        name: String,
        object: JSONValue? = nil,
        oldObject: JSONValue? = nil,
        context: RequestContext
    ) -> AdmissionAttributes {
        let definition = call.definition
        let view = view ?? AdmissionView(call)
        let isNamespace = definition.storageGroup.isEmpty && definition.plural == "namespaces"
        return AdmissionAttributes(
            operation: operation,
            resource: ResourceRegistry.Key(group: definition.group, version: definition.version, plural: definition.plural),
            subresource: view.subresource,
            kind: view.kind,
            name: name,
            namespace: isNamespace ? name : call.path.namespace ?? "",
            object: object,
            oldObject: oldObject,
            options: context.options,
            isDryRun: context.dryRun,
            user: context.user
        )
    }

    /// Asks the mutating webhooks. The object that comes back is one of its kind.
    func mutate(
        _ attributes: AdmissionAttributes,
        _ call: ResourceRequest,
        isWhole: Bool = true,
        context: RequestContext
    ) async throws(StatusError) -> WebhookDispatcher.Mutation {
        let definition = call.definition
        var reading = context
        reading.fieldValidation = .ignore
        let mutation = try await webhooks.mutate(
            attributes,
            equivalents: equivalents(of: definition),
            deadline: context.webhookDeadline
        ) { [reading] (patched) throws(StatusError) in
            isWhole ? try Self.read(patched, definition, context: reading) : patched
        }
        if isWhole, let object = mutation.object {
            do throws(StatusError) {
                try Self.checkType(of: object, definition)
            } catch {
                throw error.adding(warnings: mutation.warnings)
            }
        }
        return mutation
    }

    /// Asks the validating webhooks.
    ///
    /// - Returns: Their warnings.
    func validate(_ attributes: AdmissionAttributes, _ call: ResourceRequest, context: RequestContext) async throws(StatusError)
        -> [String]
    {
        guard webhooks.hasValidating else { return [] }
        return try await webhooks.validate(
            attributes,
            equivalents: equivalents(of: call.definition),
            deadline: context.webhookDeadline
        )
    }

    /// Asks all webhooks about a deletion, which none of them can change.
    func admitDeletion(
        of object: JSONValue,
        _ call: ResourceRequest,
        options: DeletionOptions,
        context: RequestContext
    ) async throws(StatusError) -> [String] {
        guard webhooks.hasMutating || webhooks.hasValidating else { return [] }
        var context = context
        context.options = options.document
        context.dryRun = options.isDryRun
        // The deletion of a collection names no object; webhooks find the name in oldObject.
        let name = context.verb == .deletecollection ? "" : call.key.name
        let attributes = admission(.delete, call, name: name, oldObject: object, context: context)
        let mutation = try await mutate(attributes, call, context: context)
        do throws(StatusError) {
            return mutation.warnings + (try await validate(attributes, call, context: context))
        } catch {
            throw error.adding(warnings: mutation.warnings)
        }
    }

    // MARK: Patched objects

    /// The patched object as its kind reads it, which is how a client's would be read.
    private static func read(_ patched: JSONValue, _ definition: ResourceDefinition, context: RequestContext) throws(StatusError)
        -> JSONValue
    {
        if !definition.isCustom { try checkType(of: patched, definition) }
        do throws(StatusError) {
            var object = try definition.strategy.decode(patched, duplicates: [], context: context).object
            if object["metadata"]?.object == nil { object["metadata"] = .object([:]) }
            definition.strategy.setDefaults(&object)
            return object
        } catch {
            throw .internalError(error.message)
        }
    }

    /// A webhook may not make another kind of an object.
    private static func checkType(of object: JSONValue, _ definition: ResourceDefinition) throws(StatusError) {
        let kind = object["kind"]?.string ?? ""
        let version = object["apiVersion"]?.string ?? ""
        guard kind != definition.kind || version != definition.apiVersion else { return }
        guard definition.isCustom else {
            throw .internalError(
                "no kind \(GoText.quoted(kind)) is registered for version \(GoText.quoted(version)) in scheme "
                    + "\"pkg/api/legacyscheme/scheme.go:30\""
            )
        }
        var errors: [FieldError] = []
        if kind != definition.kind { errors.append(.invalid("kind", .string(kind), "must be \(definition.kind)")) }
        if version != definition.apiVersion {
            errors.append(.invalid("apiVersion", .string(version), "must be \(definition.apiVersion)"))
        }
        let name = QualifiedName(group: GroupVersionKind(apiVersion: version, kind: kind).group, name: kind)
        throw .invalid(name, name: object["metadata"]?["name"]?.string ?? "", errors)
    }

    /// The other versions in which the objects of a definition are served. Events of another group have another shape, and are sent only
    /// where a rule names their group.
    private func equivalents(of definition: ResourceDefinition) -> [WebhookMatching.Target] {
        currentRegistry.definitions.filter { other in
            other.group == definition.group && other.plural == definition.plural && other.version != definition.version
        }.map { other in
            WebhookMatching.Target(
                resource: ResourceRegistry.Key(group: other.group, version: other.version, plural: other.plural),
                kind: GroupVersionKind(group: other.group, version: other.version, kind: other.kind)
            )
        }
    }
}
