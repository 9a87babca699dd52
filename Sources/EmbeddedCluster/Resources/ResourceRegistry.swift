// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import KubernetesJSON

/// What the cluster serves right now: the built-in kinds and the established custom ones. A value; the API server holds the current one
/// and replaces the custom part whenever a CustomResourceDefinition changes.
package struct ResourceRegistry: Sendable {
    /// Group, version and plural.
    package struct Key: Hashable, Sendable {
        package var group: String
        package var version: String
        package var plural: String

        package init(group: String, version: String, plural: String) {
            self.group = group
            self.version = version
            self.plural = plural
        }
    }

    private var byKey: [Key: ResourceDefinition] = [:]
    private let builtIn: [ResourceDefinition]
    private var custom: [String: CustomKind] = [:]

    /// A registry of built-in kinds; `definitions` in the order in which discovery lists them.
    package init(builtIn definitions: [ResourceDefinition]) {
        builtIn = definitions
        rebuild()
    }

    /// Takes the custom kinds of a CustomResourceDefinition as it is at a revision; nil when it was deleted.
    package mutating func setCustomResourceDefinition(name: String, _ crd: JSONValue?, revision: UInt64) {
        guard let crd else {
            custom[name] = nil
            rebuild()
            return
        }
        let generation = crd["metadata"]?["generation"]?.int ?? 0
        let isSameSchema = custom[name].map { $0.uid == crd["metadata"]?["uid"]?.string && $0.generation == generation } ?? false
        let schemaRevision = isSameSchema ? custom[name]?.schemaRevision ?? revision : revision
        let definitions = CustomResourceFactory.definition(for: crd).map { definition in
            var definition = definition
            definition.isCustom = true
            definition.schemaRevision = schemaRevision
            return definition
        }
        custom[name] = CustomKind(
            uid: crd["metadata"]?["uid"]?.string,
            generation: generation,
            schemaRevision: schemaRevision,
            definitions: definitions
        )
        rebuild()
    }

    /// What one CustomResourceDefinition serves.
    private struct CustomKind: Sendable {
        var uid: String?
        var generation: Int64
        /// When the present `spec` was written.
        var schemaRevision: UInt64
        var definitions: [ResourceDefinition]
    }

    private mutating func rebuild() {
        byKey = [:]
        for definition in definitions {
            byKey[Key(group: definition.group, version: definition.version, plural: definition.plural)] = definition
        }
    }

    /// Every served kind and version: built-ins in their order, then custom ones by name.
    package var definitions: [ResourceDefinition] {
        builtIn + custom.sorted { $0.key < $1.key }.flatMap(\.value.definitions)
    }

    /// The definition behind `/apis/<group>/<version>/<plural>`; group is empty for `/api/v1`.
    package func definition(group: String, version: String, plural: String) -> ResourceDefinition? {
        byKey[Key(group: group, version: version, plural: plural)]
    }

    /// The definition of an `apiVersion` and `kind`.
    package func definition(apiVersion: String, kind: String) -> ResourceDefinition? {
        definitions.first { $0.kind == kind && $0.apiVersion == apiVersion }
    }

    /// Whether built-in kinds are served under this group and version: there, unknown resources have another answer than elsewhere.
    package func hasBuiltIn(group: String, version: String) -> Bool {
        builtIn.contains { $0.group == group && $0.version == version }
    }

    /// The definition that stored objects of a group and plural name are read with.
    package func storageDefinition(_ id: ResourceID) -> ResourceDefinition? {
        definitions.first { $0.group == id.group && $0.plural == id.resource && $0.version == $0.storageVersion }
            ?? definitions.first { $0.group == id.group && $0.plural == id.resource }
    }
}
