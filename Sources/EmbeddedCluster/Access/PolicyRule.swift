// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// One rule of a Role or ClusterRole: it only ever allows.
struct PolicyRule: Sendable, Hashable {
    var verbs: [String]
    var apiGroups: [String] = []
    var resources: [String] = []
    var resourceNames: [String] = []
    var nonResourceURLs: [String] = []

    private static let all = "*"

    init(_ rule: JSONValue) {
        func strings(_ key: String) -> [String] { rule.elements(key).compactMap(\.string) }
        verbs = strings("verbs")
        apiGroups = strings("apiGroups")
        resources = strings("resources")
        resourceNames = strings("resourceNames")
        nonResourceURLs = strings("nonResourceURLs")
    }

    init(_ verbs: [String], _ apiGroups: [String], _ resources: [String], named resourceNames: [String] = []) {
        self.verbs = verbs
        self.apiGroups = apiGroups
        self.resources = resources
        self.resourceNames = resourceNames
    }

    init(_ verbs: [String], urls: [String]) {
        self.verbs = verbs
        nonResourceURLs = urls
    }

    /// Whether the rule allows this.
    func allows(_ attributes: RequestAttributes) -> Bool {
        guard Self.covers(verbs, attributes.verb) else { return false }
        guard let resource = attributes.resource else {
            return nonResourceURLs.contains { Self.url($0, covers: attributes.path) }
        }
        return Self.covers(apiGroups, resource.group) && coversResource(resource.name, resource.subresource)
            && (resourceNames.isEmpty || resourceNames.contains(resource.object))
    }

    private func coversResource(_ name: String, _ subresource: String) -> Bool {
        let full = subresource.isEmpty ? name : "\(name)/\(subresource)"
        return resources.contains { $0 == Self.all || $0 == full || !subresource.isEmpty && $0 == "*/\(subresource)" }
    }

    private static func covers(_ values: [String], _ value: String) -> Bool { values.contains(all) || values.contains(value) }

    private static func url(_ pattern: String, covers path: String) -> Bool {
        pattern == all || pattern == path || pattern.hasSuffix(all) && path.hasPrefix(pattern.dropLast())
    }

    // MARK: Comparing rules

    /// The rule as many that have one verb, one group, one resource, and one name or none.
    var atoms: [PolicyRule] {
        verbs.flatMap { verb in
            guard nonResourceURLs.isEmpty else { return nonResourceURLs.map { PolicyRule([verb], urls: [$0]) } }
            return apiGroups.flatMap { group in
                resources.flatMap { resource in
                    resourceNames.isEmpty
                        ? [PolicyRule([verb], [group], [resource])]
                        : resourceNames.map { PolicyRule([verb], [group], [resource], named: [$0]) }
                }
            }
        }
    }

    /// Whether whoever has this rule has all that `atom`, one of ``atoms``, gives.
    func covers(_ atom: PolicyRule) -> Bool {
        guard atom.verbs.allSatisfy({ Self.covers(verbs, $0) }) else { return false }
        guard atom.nonResourceURLs.isEmpty else {
            return atom.nonResourceURLs.allSatisfy { wanted in nonResourceURLs.contains { Self.url($0, covers: wanted) } }
        }
        return atom.apiGroups.allSatisfy { Self.covers(apiGroups, $0) }
            && atom.resources.allSatisfy { wanted in
                let parts = wanted.split(separator: "/", maxSplits: 1).map(String.init)
                return coversResource(parts[0], parts.count > 1 ? parts[1] : "")
            }
            && (resourceNames.isEmpty || !atom.resourceNames.isEmpty && Set(atom.resourceNames).isSubset(of: resourceNames))
    }

    /// The rule as an object holds it.
    var json: JSONValue {
        var object: JSONObject = ["verbs": Self.list(verbs)]
        for (key, values) in [
            ("apiGroups", apiGroups), ("resources", resources), ("resourceNames", resourceNames),
            ("nonResourceURLs", nonResourceURLs),
        ] where !values.isEmpty { object[key] = Self.list(values) }
        return .object(object)
    }

    /// As Go prints it in a refusal: `{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}`.
    var text: String {
        let members = [
            ("APIGroups", apiGroups), ("Resources", resources), ("ResourceNames", resourceNames),
            ("NonResourceURLs", nonResourceURLs), ("Verbs", verbs),
        ]
        return "{"
            + members.filter { !$0.1.isEmpty }
            .map { "\($0.0):[" + $0.1.map(GoText.quoted).joined(separator: " ") + "]" }.joined(separator: ", ") + "}"
    }

    private static func list(_ values: [String]) -> JSONValue { .array(values.map(JSONValue.string)) }
}
