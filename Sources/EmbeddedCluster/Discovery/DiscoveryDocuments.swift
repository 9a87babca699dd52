// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// The discovery documents of what is served right now.
struct DiscoveryDocuments: Sendable {
    /// One group and version with its kinds in the order of discovery.
    struct GroupVersion: Sendable {
        var version: String
        var definitions: [ResourceDefinition]
    }

    /// A group with its versions, preferred first.
    struct Group: Sendable {
        var name: String
        var versions: [GroupVersion]
        var isBuiltIn: Bool
    }

    let groups: [Group]

    /// Built-in groups come in the order of the registry, custom ones after them by name.
    init(_ registry: ResourceRegistry) {
        var groups: [Group] = []
        for definition in registry.definitions {
            if let index = groups.firstIndex(where: { $0.name == definition.group }) {
                if let version = groups[index].versions.firstIndex(where: { $0.version == definition.version }) {
                    groups[index].versions[version].definitions.append(definition)
                } else {
                    groups[index].versions.append(GroupVersion(version: definition.version, definitions: [definition]))
                }
            } else {
                groups.append(
                    Group(
                        name: definition.group,
                        versions: [GroupVersion(version: definition.version, definitions: [definition])],
                        isBuiltIn: !definition.isCustom
                    )
                )
            }
        }
        let custom = groups.filter { !$0.isBuiltIn }.sorted { $0.name < $1.name }
        self.groups = (groups.filter(\.isBuiltIn) + custom).map { group in
            var group = group
            group.versions.sort { KubernetesVersionOrder($1.version) < KubernetesVersionOrder($0.version) }
            for index in group.versions.indices { group.versions[index].definitions.sort { $0.plural < $1.plural } }
            return group
        }
    }

    func isBuiltIn(group: String) -> Bool { groups.contains { $0.name == group && $0.isBuiltIn } }

    // MARK: Documents

    /// `/api`.
    var coreVersions: JSONValue {
        [
            "kind": "APIVersions", "versions": ["v1"],
            "serverAddressByClientCIDRs": [["clientCIDR": "0.0.0.0/0", "serverAddress": "127.0.0.1"]],
        ]
    }

    /// `/apis`.
    var groupList: JSONValue {
        [
            "kind": "APIGroupList", "apiVersion": "v1",
            "groups": .array(groups.filter { !$0.name.isEmpty }.map { .object(Self.groupObject($0)) }),
        ]
    }

    /// `/apis/GROUP`; nil when the group is not served.
    func group(_ name: String) -> JSONValue? {
        guard !name.isEmpty, let group = groups.first(where: { $0.name == name }) else { return nil }
        var object: JSONObject = ["kind": "APIGroup", "apiVersion": "v1"]
        for (key, value) in Self.groupObject(group) { object[key] = value }
        return .object(object)
    }

    /// `/api/v1` and `/apis/GROUP/VERSION`; nil when it is not served.
    func resourceList(group: String, version: String) -> JSONValue? {
        guard let served = groups.first(where: { $0.name == group })?.versions.first(where: { $0.version == version }) else {
            return nil
        }
        var object: JSONObject = ["kind": "APIResourceList"]
        if !group.isEmpty { object["apiVersion"] = "v1" }
        object["groupVersion"] = .string(group.isEmpty ? version : group + "/" + version)
        object["resources"] = .array(served.definitions.flatMap(Self.resources))
        return .object(object)
    }

    /// `/api` or `/apis` as an `APIGroupDiscoveryList`.
    func aggregated(isCore: Bool) -> JSONValue {
        [
            "kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": .object([:]),
            "items": .array(groups.filter { $0.name.isEmpty == isCore }.map(AggregatedDiscovery.group)),
        ]
    }

    // MARK: Parts

    private static func groupObject(_ group: Group) -> JSONObject {
        let versions: [JSONValue] = group.versions.map {
            ["groupVersion": .string(group.name + "/" + $0.version), "version": .string($0.version)]
        }
        return ["name": .string(group.name), "versions": .array(versions), "preferredVersion": versions.first ?? .null]
    }

    private static func resources(_ definition: ResourceDefinition) -> [JSONValue] {
        var main: JSONObject = [
            "name": .string(definition.plural), "singularName": .string(definition.singular),
            "namespaced": .bool(definition.scope == .namespaced), "kind": .string(definition.kind),
            "verbs": .array(verbs(of: definition).map(JSONValue.string)),
        ]
        if !definition.shortNames.isEmpty { main["shortNames"] = .array(definition.shortNames.map(JSONValue.string)) }
        if !definition.categories.isEmpty { main["categories"] = .array(definition.categories.map(JSONValue.string)) }
        if definition.verbs.contains("list") { main["storageVersionHash"] = .string(storageVersionHash(of: definition)) }
        return [.object(main)]
            + subresources(of: definition).map { subresource in
                var object: JSONObject = [
                    "name": .string(definition.plural + "/" + subresource.name), "singularName": "",
                    "namespaced": .bool(definition.scope == .namespaced),
                ]
                if !subresource.group.isEmpty { object["group"] = .string(subresource.group) }
                if !subresource.version.isEmpty { object["version"] = .string(subresource.version) }
                object["kind"] = .string(subresource.kind)
                object["verbs"] = .array(subresource.verbs.map(JSONValue.string))
                return .object(object)
            }
    }

    /// A real server lists the verbs of custom kinds in an order of its own.
    static func verbs(of definition: ResourceDefinition) -> [String] {
        guard definition.isCustom else { return definition.verbs.sorted() }
        return ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"].filter(
            definition.verbs.contains
        )
    }

    /// By name, except that custom kinds have `status` before `scale`.
    static func subresources(of definition: ResourceDefinition) -> [Subresource] {
        let all = Subresource.all(of: definition)
        return definition.isCustom ? all.reversed() : all
    }

    /// Changes when objects are stored in another version; base64 of eight bytes, as a real server's.
    private static func storageVersionHash(of definition: ResourceDefinition) -> String {
        let text = definition.storageGroup + "/" + definition.storageVersion + "/" + definition.kind
        let hash = StableHash.of(text.utf8)
        return Base64.encode((0..<8).map { UInt8(truncatingIfNeeded: hash >> UInt64(56 - 8 * $0)) })
    }
}
