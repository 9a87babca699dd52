// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Decides whether a webhook is asked about a request, and in which version (`webhook/generic.Webhook.ShouldCallHook`). Pure.
struct WebhookMatching: Sendable {
    /// The resource and kind in which the objects are sent.
    struct Target: Sendable, Hashable {
        var resource: ResourceRegistry.Key
        var kind: GroupVersionKind
    }

    /// What else serves the same stored objects, without the request's own resource; each with its kind.
    let equivalents: [Target]
    /// The labels of the request's namespace; nil when there is no such namespace.
    let namespaceLabels: [String: String]?

    /// - Returns: How the webhook is asked; nil when it is not.
    /// - Throws: 404 when its selector asks for the labels of a namespace that does not exist.
    func target(of webhook: RegisteredWebhook, _ attributes: AdmissionAttributes) throws(StatusError) -> Target? {
        guard !attributes.isExempt else { return nil }
        let isInNamespace = matchesNamespace(webhook.namespaces, attributes)
        if isInNamespace == false { return nil }
        guard matchesObjects(webhook.objects, attributes), let target = byRules(webhook, attributes) else { return nil }
        guard isInNamespace != nil else {
            throw .notFound(QualifiedName(group: "", name: "namespaces"), name: attributes.namespace)
        }
        return target
    }

    private func byRules(_ webhook: RegisteredWebhook, _ attributes: AdmissionAttributes) -> Target? {
        if webhook.rules.contains(where: { $0.matches(attributes, as: attributes.resource) }) {
            return Target(resource: attributes.resource, kind: attributes.kind)
        }
        guard webhook.matchesEquivalents else { return nil }
        for rule in webhook.rules {
            guard let equivalent = equivalents.first(where: { rule.matches(attributes, as: $0.resource) }) else { continue }
            // A Scale or a Binding is what it is in every version of the resource.
            let isOwnKind = equivalent.kind.kind == attributes.kind.kind
            return Target(resource: equivalent.resource, kind: isOwnKind ? equivalent.kind : attributes.kind)
        }
        return nil
    }

    /// A selector of namespaces says nothing about cluster-scoped objects, which always pass; a Namespace is looked at as it will be. Nil
    /// when the namespace does not exist.
    private func matchesNamespace(_ selection: LabelSelection, _ attributes: AdmissionAttributes) -> Bool? {
        if selection.isEmpty || attributes.namespace.isEmpty && !attributes.isAboutNamespaces { return true }
        if attributes.isAboutNamespaces, attributes.subresource.isEmpty, attributes.operation != .delete {
            return selection.matches(Self.labels(of: attributes.object))
        }
        return namespaceLabels.map { selection.matches($0) }
    }

    private func matchesObjects(_ selection: LabelSelection, _ attributes: AdmissionAttributes) -> Bool {
        if selection.isEmpty { return true }
        return [attributes.object, attributes.oldObject].contains { object in
            object.map { selection.matches(Self.labels(of: $0)) } ?? false
        }
    }

    private static func labels(of object: JSONValue?) -> [String: String] { object?["metadata"]?.strings("labels") ?? [:] }
}
