// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesMeta

extension CustomResourceDescription {
    /// What an API server would refuse, and what would never work, each with its place; empty when all is well. For the tests of a kind:
    /// `#expect(Widget.customResource.problems.isEmpty)`.
    ///
    /// An API server checks more: the types of CEL rules and what they cost.
    public var problems: [String] {
        var problems: [String] = []
        let stored = versions.filter(\.isStored).count
        if stored != 1 { problems.append("\(stored) versions are stored; exactly one must have isStored") }
        if !versions.contains(where: \.isServed) { problems.append("no version is served; nobody could use the kind") }
        if let first = versions.first?.type {
            if !first.groupVersionKind.group.contains(".") {
                problems.append("the group '\(first.groupVersionKind.group)' is no domain such as example.com")
            }
            for version in versions.dropFirst() where !Self.agree(version.type, first) {
                problems.append(
                    "\(version.type.groupVersionKind) differs from \(first.groupVersionKind) in more than the version: group, kind, plural and scope must be the same"
                )
            }
        }
        var names: Set<String> = []
        for version in versions {
            let name = version.type.groupVersionKind.version
            if !names.insert(name).inserted { problems.append("the version \(name) is there twice") }
            problems += version.problems.map { "\(name): \($0)" }
        }
        return problems
    }

    private static func agree(_ left: any Resource.Type, _ right: any Resource.Type) -> Bool {
        left.groupVersionKind.group == right.groupVersionKind.group && left.groupVersionKind.kind == right.groupVersionKind.kind
            && left.plural == right.plural && left.scope == right.scope
    }
}

extension CustomResourceVersion {
    /// The most fields that an API server lets select by.
    static let maximumSelectableFields = 8

    fileprivate var problems: [String] {
        var problems: [String] = []
        if schema.type != "object" { problems.append("the schema of the whole must have the type object") }
        if hasStatus, schema.properties?["status"] == nil {
            problems.append("there is a status subresource but the schema has no status; every write to it would be dropped")
        }
        problems += schema.structuralProblems(at: "", isTop: true)
        for column in columns where !resolves(column.jsonPath) {
            problems.append("the column \(column.name) shows \(column.jsonPath), which the schema does not have")
        }
        if let scale {
            for path in [scale.specReplicasPath, scale.statusReplicasPath] where !resolves(path) {
                problems.append("the scale subresource names \(path), which the schema does not have")
            }
        }
        return problems + selectableProblems
    }

    private var selectableProblems: [String] {
        var problems: [String] = []
        if selectableFields.count > Self.maximumSelectableFields {
            problems.append("\(selectableFields.count) selectable fields; an API server takes \(Self.maximumSelectableFields)")
        }
        for path in selectableFields {
            let field = path.hasPrefix(".") ? schema[path: path] : nil
            if !["string", "integer", "boolean"].contains(field?.type ?? "") {
                problems.append("the selectable field \(path) is no text, whole number or truth value of the schema")
            }
        }
        return problems
    }

    /// Whether a simple JSONPath leads to something that the schema has, or to what every object has. Paths with filters are not judged.
    private func resolves(_ path: String) -> Bool {
        guard path.hasPrefix(".") else { return false }
        if path.hasPrefix(".metadata.") || path.contains("[") || path.contains("\\") { return true }
        var part = schema
        for name in path.split(separator: ".") {
            if part.xKubernetesPreserveUnknownFields == true { return true }
            guard let next = part.properties?[String(name)] ?? part.values else { return false }
            part = next
        }
        return true
    }
}

extension JSONSchemaProps {
    /// The rules of structural schemas that are easily broken by hand.
    fileprivate func structuralProblems(at path: String, isTop: Bool = false) -> [String] {
        let place = path.isEmpty ? "the schema" : path
        var problems: [String] = []
        if type == nil, xKubernetesIntOrString != true, xKubernetesPreserveUnknownFields != true {
            problems.append("\(place) has no type")
        }
        if properties != nil, additionalProperties != nil { problems.append("\(place) has properties and additionalProperties") }
        if type == "array", elements == nil { problems.append("\(place) is an array without items") }
        for name in required ?? [] where properties?[name] == nil {
            problems.append("\(place) requires '\(name)', which it does not have")
        }
        if xKubernetesListType == "map" {
            for key in xKubernetesListMapKeys ?? [] {
                let isSet = elements?.required?.contains(key) == true || elements?.properties?[key]?.default != nil
                if !isSet { problems.append("\(place) is told apart by '\(key)', which must be required or have a default") }
            }
        }
        for (name, schema) in (properties ?? [:]).sorted(by: { $0.key < $1.key }) where !(isTop && name == "metadata") {
            problems += schema.structuralProblems(at: path.isEmpty ? name : "\(path).\(name)")
        }
        if let elements { problems += elements.structuralProblems(at: path + "[]") }
        if let values { problems += values.structuralProblems(at: path + "{}") }
        return problems
    }
}
