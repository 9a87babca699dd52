// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

extension JSONSchemaProps {
    /// The schema of a field, for example `spec.containers[].name`: members by name, the elements of an array by `[]`, the values of a map by `{}`.
    ///
    /// Getting gives nil where the schema has no such field. Setting changes a field that is there and does nothing where its parent is missing;
    /// setting nil removes it.
    public subscript(path path: String) -> JSONSchemaProps? {
        get { schema(at: Self.steps(of: path)[...]) }
        set { set(newValue, at: Self.steps(of: path)[...]) }
    }

    /// The schema of the elements of an array; nil when there is none.
    public var elements: JSONSchemaProps? {
        get { Self.decoded(items) }
        set { items = newValue.map { JSONValue(encoding: $0) } }
    }

    /// The schema of the values of a map; nil when there is none.
    public var values: JSONSchemaProps? {
        get { Self.decoded(additionalProperties) }
        set { additionalProperties = newValue.map { JSONValue(encoding: $0) } }
    }

    /// The other forms that these members have, a boolean or an array of schemas, are no schema.
    private static func decoded(_ value: JSONValue?) -> JSONSchemaProps? {
        guard let value, value.object != nil else { return nil }
        do { return try value.decoded(as: JSONSchemaProps.self) } catch { return nil }
    }

    static func steps(of path: String) -> [String] {
        path.split(separator: ".").flatMap { part -> [String] in
            var name = part
            var suffixes: [String] = []
            while name.hasSuffix("[]") || name.hasSuffix("{}") {
                suffixes.insert(String(name.suffix(2)), at: 0)
                name = name.dropLast(2)
            }
            return (name.isEmpty ? [] : [String(name)]) + suffixes
        }
    }

    private func schema(at steps: ArraySlice<String>) -> JSONSchemaProps? {
        guard let step = steps.first else { return self }
        return child(step)?.schema(at: steps.dropFirst())
    }

    private mutating func set(_ schema: JSONSchemaProps?, at steps: ArraySlice<String>) {
        guard let step = steps.first else {
            if let schema { self = schema }
            return
        }
        guard steps.count > 1 else { return setChild(step, schema) }
        guard var child = child(step) else { return }
        child.set(schema, at: steps.dropFirst())
        setChild(step, child)
    }

    private func child(_ step: String) -> JSONSchemaProps? {
        switch step {
        case "[]": elements
        case "{}": values
        default: properties?[step]
        }
    }

    private mutating func setChild(_ step: String, _ schema: JSONSchemaProps?) {
        switch step {
        case "[]": elements = schema
        case "{}": values = schema
        default:
            if properties != nil || schema != nil { properties = properties ?? [:] }
            properties?[step] = schema
        }
    }
}
