// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// The items of an `APIGroupDiscoveryList` (`apidiscovery.k8s.io/v2`).
enum AggregatedDiscovery {
    static func group(_ group: DiscoveryDocuments.Group) -> JSONValue {
        [
            "metadata": group.name.isEmpty ? .object([:]) : ["name": .string(group.name)],
            "versions": .array(
                group.versions.map { version in
                    [
                        "version": .string(version.version),
                        "resources": .array(version.definitions.map { resource($0) }),
                        "freshness": "Current",
                    ]
                }
            ),
        ]
    }

    private static func resource(_ definition: ResourceDefinition) -> JSONValue {
        var object: JSONObject = [
            "resource": .string(definition.plural), "responseKind": kind(definition.kind, of: definition),
            "scope": definition.scope == .namespaced ? "Namespaced" : "Cluster",
            "singularResource": .string(definition.singular),
            "verbs": .array(DiscoveryDocuments.verbs(of: definition).map(JSONValue.string)),
        ]
        if !definition.shortNames.isEmpty { object["shortNames"] = .array(definition.shortNames.map(JSONValue.string)) }
        if !definition.categories.isEmpty { object["categories"] = .array(definition.categories.map(JSONValue.string)) }
        let subresources = DiscoveryDocuments.subresources(of: definition)
        if !subresources.isEmpty {
            object["subresources"] = .array(
                subresources.map { subresource in
                    [
                        "subresource": .string(subresource.name),
                        "responseKind": subresource.group.isEmpty
                            ? kind(subresource.kind, of: definition)
                            : [
                                "group": .string(subresource.group), "version": .string(subresource.version),
                                "kind": .string(subresource.kind),
                            ],
                        "verbs": .array(subresource.verbs.map(JSONValue.string)),
                    ]
                }
            )
        }
        return .object(object)
    }

    /// A real server leaves group and version empty where they are those of the resource; for custom kinds it fills them in.
    private static func kind(_ kind: String, of definition: ResourceDefinition) -> JSONValue {
        [
            "group": .string(definition.isCustom ? definition.group : ""),
            "version": .string(definition.isCustom ? definition.version : ""), "kind": .string(kind),
        ]
    }
}
