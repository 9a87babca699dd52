// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// The OpenAPI v3 document of one group and version.
struct OpenAPIDocument: Sendable {
    private let definitions: [ResourceDefinition]
    private let types: BuiltinTypes

    init(_ definitions: [ResourceDefinition], types: BuiltinTypes = .shared) {
        self.definitions = definitions
        self.types = types
    }

    var value: JSONValue {
        var paths = JSONObject()
        var schemas = JSONObject()
        var roots: [String] = []
        for definition in definitions {
            let schema: String
            if definition.isCustom {
                for (name, value) in definition.strategy.openAPIDefinitions(for: definition) { schemas[name] = value }
                schema = Self.customSchemaName(definition)
                roots += ["io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta", "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta"]
            } else {
                guard let name = types.definitionName(group: definition.group, version: definition.version, kind: definition.kind)
                else {
                    continue
                }
                schema = name
                roots +=
                    [name]
                    + (types.definitionName(group: definition.group, version: definition.version, kind: definition.listKind).map {
                        [$0]
                    } ?? [])
            }
            for (path, item) in OpenAPIPaths(definition, schema: schema).items { paths[path] = item }
        }
        roots += ["DeleteOptions", "Patch", "Status"].map { "io.k8s.apimachinery.pkg.apis.meta.v1." + $0 }
        for name in closure(of: roots).sorted() where schemas[name] == nil { schemas[name] = types.schemas[name] }
        return [
            "openapi": "3.0.0", "info": ["title": "Kubernetes", "version": .string(ServerVersion.current.gitVersion)],
            "paths": .object(paths), "components": ["schemas": .object(schemas)],
        ]
    }

    /// `com.example.v1.Widget` for the kind Widget of `example.com/v1`.
    static func customSchemaName(_ definition: ResourceDefinition) -> String {
        definition.group.split(separator: ".").reversed().joined(separator: ".") + "." + definition.version + "."
            + definition.kind
    }

    // MARK: References

    private func closure(of roots: [String]) -> Set<String> {
        var seen: Set<String> = []
        var pending = roots
        while let name = pending.popLast() {
            guard let schema = types.schemas[name], seen.insert(name).inserted else { continue }
            Self.references(in: schema) { pending.append($0) }
        }
        return seen
    }

    private static func references(in value: JSONValue, _ found: (String) -> Void) {
        switch value {
        case .array(let elements): for element in elements { references(in: element, found) }
        case .object(let object):
            for (key, value) in object {
                if key == "$ref", let name = value.string?.split(separator: "/").last {
                    found(String(name))
                } else {
                    references(in: value, found)
                }
            }
        default: break
        }
    }
}
