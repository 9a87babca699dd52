// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import KubernetesJSON
import KubernetesMeta

/// A request together with what its path names.
struct ResourceRequest: Sendable {
    var request: APIRequest
    var path: ResourcePath
    var definition: ResourceDefinition

    var resourceID: ResourceID { ResourceID(group: definition.storageGroup, resource: definition.plural) }

    /// The key of an object of this resource in the namespace of the path.
    func key(name: String) -> StorageKey {
        StorageKey(group: definition.storageGroup, resource: definition.plural, namespace: path.namespace ?? "", name: name)
    }

    /// The key of the object that the path names.
    var key: StorageKey { key(name: path.name ?? "") }

    /// Group and plural, as error messages show them.
    var resource: QualifiedName { definition.qualifiedResource }

    var isWatch: Bool { path.isOldStyleWatch || request.query.bool("watch") == true }

    /// `POST …/bindings` binds the pod that its body names.
    var isBindingCollection: Bool { definition.group.isEmpty && definition.plural == "bindings" }

    /// Refuses verbs that the kind does not have.
    func require(_ verb: String) throws(StatusError) {
        guard definition.verbs.contains(verb) else { throw .methodNotAllowedHere }
    }
}

extension RequestHandler {
    /// What strategies may know of a request.
    func context(
        _ call: ResourceRequest,
        verb: RequestContext.Verb,
        write: WriteParameters? = nil,
        isDryRun: Bool = false
    ) -> RequestContext {
        var context = RequestContext(
            now: Time(clock.wallNow()),
            user: call.request.user,
            fieldValidation: write?.fieldValidation ?? .ignore,
            dryRun: write?.isDryRun ?? isDryRun,
            verb: verb,
            subresource: call.path.subresource,
            namespace: call.path.namespace ?? "",
            name: call.path.name ?? "",
            randomSuffix: { [names] in names.suffix($0) },
            newUID: { [names] in names.uid() }
        )
        context.options = write?.options ?? [:]
        context.webhookDeadline = clock.monotonicNow() + webhooks.limits.requestTimeout
        context.roles = roles.withLock { $0 }
        context.tokenUser = { token, audiences in
            if let account = serviceAccount(of: token, audiences: audiences) { return account }
            // Tokens of people are made for the API server and for nobody else.
            return audiences.contains(ServiceAccountClaims.audience) ? tokenUser.withLock { $0 }(token) : nil
        }
        return context
    }
}
