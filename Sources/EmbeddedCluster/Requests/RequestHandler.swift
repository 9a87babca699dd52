// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import KubernetesJSON
import KubernetesMeta

/// Answers requests: finds what a path names, chooses the verb, and turns every error into a Status.
///
/// A value without state of its own; everything that changes is in the store and the registry.
struct RequestHandler: Sendable {
    let store: ObjectStore
    let registry: Locked<ResourceRegistry>
    let roles: Locked<AccessRoles>
    /// Whose token one is; set by the front that authenticates.
    let tokenUser: Locked<@Sendable (_ token: String) -> UserInfo?>
    let signer: (any TokenSigner)?
    let clock: ClusterClock
    let names: NameGenerator
    let logSource: Locked<(any PodLogSource)?>
    let watchLimits: WatchLimits
    let webhooks: WebhookDispatcher
    let documents: ServerDocuments

    /// The largest request body, as in a real server.
    static let maximumBodyBytes = 3 << 20

    func answer(to request: APIRequest) async -> APIResponse {
        do throws(StatusError) {
            return try await respond(to: request)
        } catch {
            return APIResponse(error, contentType: Self.errorContentType(accept: request.accept))
        }
    }

    /// Errors are labelled as what the client accepts, when that can be told.
    private static func errorContentType(accept: String?) -> String {
        let form = MediaType.accepted(accept ?? "").first {
            ["application/json", "application/yaml", "*/*"].contains($0.essence)
        }
        return form?.essence == "application/yaml" ? "application/yaml" : "application/json"
    }

    private func respond(to request: APIRequest) async throws(StatusError) -> APIResponse {
        guard let path = ResourcePath(request.path) else { return try documents.respond(to: request, registry: currentRegistry) }
        let registry = currentRegistry
        guard let definition = registry.definition(group: path.group, version: path.version, plural: path.resource) else {
            if registry.hasBuiltIn(group: path.group, version: path.version) { throw .pathNotFound }
            return ServerDocuments.pageNotFound
        }
        return try await respond(to: ResourceRequest(request: request, path: path, definition: definition))
    }

    var currentRegistry: ResourceRegistry { registry.withLock { $0 } }

    private func respond(to call: ResourceRequest) async throws(StatusError) -> APIResponse {
        if call.path.subresource != nil { return try await respondToSubresource(call) }
        if call.path.name != nil { return try await respondToObject(call) }
        return try await respondToCollection(call)
    }

    // MARK: Verbs by path

    private func respondToCollection(_ call: ResourceRequest) async throws(StatusError) -> APIResponse {
        let isNamespaced = call.definition.scope == .namespaced
        guard isNamespaced || call.path.namespace == nil else { throw .pathNotFound }
        let isWhole = !isNamespaced || call.path.namespace != nil
        switch call.request.method {
        case "GET" where call.isWatch:
            try call.require("watch")
            return try await watch(call)
        case "GET":
            try call.require("list")
            return try list(call)
        case "POST" where isWhole && !call.path.isOldStyleWatch:
            try call.require("create")
            return call.isBindingCollection ? try await bind(call) : try await create(call)
        case "DELETE" where isWhole && !call.path.isOldStyleWatch:
            try call.require("deletecollection")
            return try await deleteCollection(call)
        default: throw .methodNotAllowedHere
        }
    }

    private func respondToObject(_ call: ResourceRequest) async throws(StatusError) -> APIResponse {
        guard (call.definition.scope == .namespaced) == (call.path.namespace != nil) else { throw .pathNotFound }
        switch call.request.method {
        case "GET" where call.path.isOldStyleWatch:
            try call.require("watch")
            return try await watch(call)
        case "GET":
            try call.require("get")
            return try get(call)
        case "PUT" where !call.path.isOldStyleWatch:
            try call.require("update")
            return try await replace(call)
        case "PATCH" where !call.path.isOldStyleWatch:
            try call.require("patch")
            return try await patch(call)
        case "DELETE" where !call.path.isOldStyleWatch:
            try call.require("delete")
            return try await delete(call)
        default: throw .methodNotAllowedHere
        }
    }

    private func respondToSubresource(_ call: ResourceRequest) async throws(StatusError) -> APIResponse {
        guard (call.definition.scope == .namespaced) == (call.path.namespace != nil), let subresource = call.path.subresource,
            !call.path.isOldStyleWatch
        else { throw .pathNotFound }
        guard call.definition.subresources.contains(subresource) else {
            throw call.definition.isCustom ? .notFound(call.resource, name: call.key.name) : .pathNotFound
        }
        switch (subresource, call.request.method) {
        case ("log", "GET"): return try await logs(call)
        case ("binding", "POST"): return try await bind(call)
        case ("eviction", "POST"): return try await evict(call)
        case ("token", "POST"): return try await createToken(call)
        case ("log", _), ("binding", _), ("eviction", _), ("token", _): throw .methodNotAllowedHere
        case ("exec", "GET"), ("exec", "POST"), ("attach", "GET"), ("attach", "POST"), ("portforward", "GET"),
            ("portforward", "POST"):
            return try refuseStreaming(call)
        case ("scale", "GET"), ("scale", "PUT"), ("scale", "PATCH"): return try await scale(call)
        case ("finalize", "PUT"): return try await finalizeNamespace(call)
        case ("finalize", _): throw .methodNotAllowedHere
        case (_, "GET"): return try get(call)
        case (_, "PUT"): return try await replace(call)
        case (_, "PATCH"): return try await patch(call)
        default: throw Self.refused(call)
        }
    }

    /// Custom kinds name the verb that they do not have.
    private static func refused(_ call: ResourceRequest) -> StatusError {
        let verbs = ["POST": "create", "DELETE": "delete", "PUT": "update", "PATCH": "patch"]
        guard call.definition.isCustom, let verb = verbs[call.request.method] else { return .methodNotAllowedHere }
        return .methodNotAllowed(call.resource, verb: verb)
    }
}
