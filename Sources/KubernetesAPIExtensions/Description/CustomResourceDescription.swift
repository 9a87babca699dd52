// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesMeta

/// A kind that a CustomResourceDefinition adds to the API, written once: from it come the document that is installed and the names that
/// programs use.
///
/// ```swift
/// extension Widget: CustomResource {
///     static let customResource = CustomResourceDescription(
///         CustomResourceVersion(
///             Widget.self,
///             schema: .object("A thing.", ["spec": .object(nil, ["size": .integer("In metres.", minimum: 1)])]),
///             columns: [.integer("Size", ".spec.size"), .age]
///         ),
///         shortNames: ["wd"]
///     )
/// }
/// ```
public struct CustomResourceDescription: Sendable {
    /// The versions, the preferred one first. Group, kind, plural name and scope come from the first one's type.
    public var versions: [CustomResourceVersion]
    /// The name for one object; by default the kind in lower case.
    public var singular: String?
    /// Names for `kubectl`.
    public var shortNames: [String]
    /// Groups of kinds that `kubectl get` lists by one name, for example `all`.
    public var categories: [String]
    /// How objects of one version become objects of another; nil when only `apiVersion` differs.
    public var conversion: CustomResourceConversion?

    /// A kind with these versions.
    public init(
        _ version: CustomResourceVersion,
        _ others: CustomResourceVersion...,
        singular: String? = nil,
        shortNames: [String] = [],
        categories: [String] = [],
        conversion: CustomResourceConversion? = nil
    ) {
        versions = [version] + others
        self.singular = singular
        self.shortNames = shortNames
        self.categories = categories
        self.conversion = conversion
    }

    /// The first version's type.
    private var type: (any Resource.Type)? { versions.first?.type }

    /// The name of the CustomResourceDefinition: `widgets.example.com`.
    public var name: String { "\(type?.plural ?? "").\(type?.groupVersionKind.group ?? "")" }

    /// The document to install. ``problems`` says what an API server would refuse in it.
    public var definition: CustomResourceDefinition {
        let kind = type?.groupVersionKind.kind ?? ""
        return CustomResourceDefinition(
            metadata: ObjectMeta(name: name),
            spec: CustomResourceDefinitionSpec(
                group: type?.groupVersionKind.group ?? "",
                names: CustomResourceDefinitionNames(
                    kind: kind,
                    plural: type?.plural ?? "",
                    categories: categories.isEmpty ? nil : categories,
                    listKind: kind + "List",
                    shortNames: shortNames.isEmpty ? nil : shortNames,
                    singular: singular ?? kind.lowercased()
                ),
                scope: type?.scope == .cluster ? "Cluster" : "Namespaced",
                versions: versions.map(\.definition),
                conversion: conversion
            )
        )
    }
}

/// A type whose kind is described by itself.
public protocol CustomResource: Resource {
    /// The kind.
    static var customResource: CustomResourceDescription { get }
}
