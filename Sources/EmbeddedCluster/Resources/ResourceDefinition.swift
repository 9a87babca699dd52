// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import KubernetesMeta

/// One kind of object that the cluster serves, in one version: its names, what can be done with it, and how.
package struct ResourceDefinition: Sendable {
    package var group: String
    package var version: String
    /// E.g. `ConfigMap`.
    package var kind: String
    /// E.g. `ConfigMapList`.
    package var listKind: String
    /// The name in paths, e.g. `configmaps`.
    package var plural: String
    package var singular: String
    package var shortNames: [String]
    package var categories: [String]
    package var scope: ResourceScope
    /// E.g. `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`.
    package var verbs: Set<String>
    /// E.g. `status`, `log`, `binding`, `eviction`, `scale`, `finalize`.
    package var subresources: Set<String>
    /// The version that objects are stored in; objects served in another one get only `apiVersion` rewritten (conversion None).
    package var storageVersion: String
    /// The group of the storage key: another one's when two groups share their objects (Events of `events.k8s.io` are those of the core).
    package var storageGroup: String
    package var strategy: any ResourceStrategy
    /// Whether a CustomResourceDefinition made it.
    package var isCustom = false
    /// Objects that were last changed at or before this revision were written under another schema and pass the strategy's
    /// `decodedFromStorage` when they are read.
    package var schemaRevision: UInt64 = 0

    package init(
        group: String,
        version: String,
        kind: String,
        listKind: String? = nil,
        plural: String,
        singular: String? = nil,
        shortNames: [String] = [],
        categories: [String] = [],
        scope: ResourceScope = .namespaced,
        verbs: Set<String> = Self.allVerbs,
        subresources: Set<String> = [],
        storageVersion: String? = nil,
        storageGroup: String? = nil,
        strategy: any ResourceStrategy
    ) {
        self.group = group
        self.version = version
        self.kind = kind
        self.listKind = listKind ?? kind + "List"
        self.plural = plural
        self.singular = singular ?? kind.lowercased()
        self.shortNames = shortNames
        self.categories = categories
        self.scope = scope
        self.verbs = verbs
        self.subresources = subresources
        self.storageVersion = storageVersion ?? version
        self.storageGroup = storageGroup ?? group
        self.strategy = strategy
    }

    /// The verbs of an ordinary resource.
    package static let allVerbs: Set<String> = [
        "create", "delete", "deletecollection", "get", "list", "patch", "update", "watch",
    ]

    /// `v1` or `group/version`.
    package var apiVersion: String { group.isEmpty ? version : group + "/" + version }

    /// Group and plural, as errors about objects name it.
    package var qualifiedResource: QualifiedName { QualifiedName(group: group, name: plural) }

    /// Group and kind, as errors about fields name it: the group whose storage it is.
    package var qualifiedKind: QualifiedName { QualifiedName(group: storageGroup, name: kind) }
}
