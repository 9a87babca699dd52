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
    private var custom: [String: [ResourceDefinition]] = [:]

    /// A registry of built-in kinds; `definitions` in the order in which discovery lists them.
    package init(builtIn definitions: [ResourceDefinition]) {
        builtIn = definitions
        rebuild()
    }

    /// Takes the custom kinds from all CustomResourceDefinitions, as they are now, by their names.
    package mutating func setCustomResourceDefinition(name: String, _ crd: JSONValue?) {
        custom[name] = crd.map { CustomResourceFactory.definition(for: $0) }
        rebuild()
    }

    private mutating func rebuild() {
        byKey = [:]
        for definition in definitions {
            byKey[Key(group: definition.group, version: definition.version, plural: definition.plural)] = definition
        }
    }

    /// Every served kind and version: built-ins in their order, then custom ones by name.
    package var definitions: [ResourceDefinition] {
        builtIn + custom.sorted { $0.key < $1.key }.flatMap(\.value)
    }

    /// The definition behind `/apis/<group>/<version>/<plural>`; group is empty for `/api/v1`.
    package func definition(group: String, version: String, plural: String) -> ResourceDefinition? {
        byKey[Key(group: group, version: version, plural: plural)]
    }

    /// The definition of an `apiVersion` and `kind`.
    package func definition(apiVersion: String, kind: String) -> ResourceDefinition? {
        definitions.first { $0.kind == kind && $0.apiVersion == apiVersion }
    }

    /// Whether anything is served under this group and version.
    package func serves(group: String, version: String) -> Bool {
        byKey.keys.contains { $0.group == group && $0.version == version }
    }
}
