// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import KubernetesJSON
package import KubernetesMeta

/// What a strategy may know of the request it works for. Time comes from here, never from the clock.
package struct RequestContext: Sendable {
    /// What is done with the object.
    package enum Verb: String, Sendable {
        case create, update, patch, delete, deletecollection, get, list, watch
    }

    /// The time of the request.
    package var now: Time
    /// Who asks.
    package var user: UserInfo
    /// How unknown and duplicate fields are treated.
    package var fieldValidation: FieldValidation
    /// Nothing is stored.
    package var dryRun: Bool
    /// What is done.
    package var verb: Verb
    /// The part of the path after the name, e.g. `status`; nil for the object itself.
    package var subresource: String?
    /// The namespace of the path; empty for cluster-scoped resources.
    package var namespace: String
    /// The name of the path; empty on create.
    package var name: String
    /// What the client gave of the request's options (`dryRun`, `fieldManager`, `gracePeriodSeconds`, …), as webhooks are told of it.
    package var options: JSONObject = [:]
    /// When all webhooks of the request must have answered, on the cluster's monotonic clock.
    package var webhookDeadline: Duration = .zero
    /// The stored objects that the strategy's `references` asked for, as far as they exist.
    package var referenced: [StorageKey: JSONValue] = [:]
    /// Who may do what, as it was when the request came.
    var roles = AccessRoles()
    /// Whose a token is that was made for one of the audiences.
    var tokenUser: @Sendable (_ token: String, _ audiences: [String]) -> UserInfo? = { _, _ in nil }
    /// Random text for generated names and tokens: `count` characters of Kubernetes' safe alphabet (no vowels).
    package var randomSuffix: @Sendable (_ count: Int) -> String
    /// A new random UID.
    package var newUID: @Sendable () -> String

    package init(
        now: Time,
        user: UserInfo,
        fieldValidation: FieldValidation = .warn,
        dryRun: Bool = false,
        verb: Verb,
        subresource: String? = nil,
        namespace: String = "",
        name: String = "",
        randomSuffix: @escaping @Sendable (_ count: Int) -> String,
        newUID: @escaping @Sendable () -> String
    ) {
        self.now = now
        self.user = user
        self.fieldValidation = fieldValidation
        self.dryRun = dryRun
        self.verb = verb
        self.subresource = subresource
        self.namespace = namespace
        self.name = name
        self.randomSuffix = randomSuffix
        self.newUID = newUID
    }
}

/// The `fieldValidation` query parameter: what happens to unknown and duplicate fields of a body.
package enum FieldValidation: String, Sendable {
    case ignore = "Ignore"
    case warn = "Warn"
    case strict = "Strict"
}
