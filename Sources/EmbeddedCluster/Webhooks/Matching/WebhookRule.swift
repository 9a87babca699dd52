// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// One of a webhook's rules (`RuleWithOperations`): which requests it is about.
struct WebhookRule: Sendable, Hashable {
    enum Scope: String, Sendable {
        case all = "*"
        case cluster = "Cluster"
        case namespaced = "Namespaced"
    }

    var operations: [String]
    var groups: [String]
    var versions: [String]
    /// `pods`, `pods/status`, `pods/*`, `*/scale`, `*` for everything but subresources, or `*/*`.
    var resources: [String]
    var scope: Scope

    init(_ rule: JSONValue) {
        operations = rule.elements("operations").compactMap(\.string)
        groups = rule.elements("apiGroups").compactMap(\.string)
        versions = rule.elements("apiVersions").compactMap(\.string)
        resources = rule.elements("resources").compactMap(\.string)
        scope = Scope(rawValue: rule.text("scope")) ?? .all
    }

    /// Whether the rule is about a request, with `resource` in place of the request's own: another version of it, perhaps.
    func matches(_ attributes: AdmissionAttributes, as resource: ResourceRegistry.Key) -> Bool {
        isInScope(attributes) && Self.names(attributes.operation.rawValue, operations) && Self.names(resource.group, groups)
            && Self.names(resource.version, versions)
            && resources.contains { Self.names(resource.plural, subresource: attributes.subresource, $0) }
    }

    private static func names(_ value: String, _ items: [String]) -> Bool { items.contains { $0 == "*" || $0 == value } }

    private static func names(_ resource: String, subresource: String, _ item: String) -> Bool {
        let parts = item.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let wanted = parts.count == 2 ? parts[1] : ""
        return (parts[0] == "*" || parts[0] == resource) && (wanted == "*" || wanted == subresource)
    }

    /// A Namespace belongs to no namespace, although its requests carry its own name.
    private func isInScope(_ attributes: AdmissionAttributes) -> Bool {
        let isNamespaced = !attributes.isAboutNamespaces && !attributes.namespace.isEmpty
        return switch scope {
        case .all: true
        case .namespaced: isNamespaced
        case .cluster: !isNamespaced
        }
    }
}
