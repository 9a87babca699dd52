// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// What admission is about: one write, as `k8s.io/apiserver/pkg/admission.Attributes` has it.
struct AdmissionAttributes: Sendable {
    enum Operation: String, Sendable {
        case create = "CREATE"
        case update = "UPDATE"
        case delete = "DELETE"

        /// The kind of the request's options.
        var optionsKind: String {
            switch self {
            case .create: "CreateOptions"
            case .update: "UpdateOptions"
            case .delete: "DeleteOptions"
            }
        }
    }

    var operation: Operation
    /// The resource of the request's path.
    var resource: ResourceRegistry.Key
    /// Empty for the object itself.
    var subresource: String
    /// What `object` and `oldObject` are: for `scale` a Scale, else the resource's own kind.
    var kind: GroupVersionKind
    /// Empty while a name is still to be generated, and for collections.
    var name: String
    /// Empty for cluster-scoped objects; the name, for a Namespace.
    var namespace: String
    /// Nil for deletions.
    var object: JSONValue?
    /// Nil for creations.
    var oldObject: JSONValue?
    /// What the client gave of the options.
    var options: JSONObject
    var isDryRun: Bool
    var user: UserInfo

    var isAboutNamespaces: Bool { resource.group.isEmpty && resource.plural == "namespaces" }

    /// Configurations of admission are never sent to webhooks: one that refuses everything could not be taken away again.
    var isExempt: Bool {
        kind.group == "admissionregistration.k8s.io"
            && [
                "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration", "ValidatingAdmissionPolicy",
                "ValidatingAdmissionPolicyBinding", "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding",
            ].contains(kind.kind)
    }
}
