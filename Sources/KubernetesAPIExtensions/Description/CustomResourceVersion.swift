// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
public import KubernetesMeta

/// One version of a custom kind: the Swift type of its objects and how an API server treats them.
public struct CustomResourceVersion: Sendable {
    /// The type. Its group, kind, plural name and scope are those of all versions of the kind.
    public let type: any Resource.Type
    /// The form of an object.
    public var schema: JSONSchemaProps
    /// Whether clients can use the version.
    public var isServed = true
    /// Whether objects are stored in this version; exactly one version of a kind is.
    public var isStored = true
    /// What clients of the version are told; nil when it is not deprecated. Empty for the API server's own words.
    public var deprecationWarning: String?
    /// Whether `status` is written through a path of its own, and left out by other writes.
    public var hasStatus: Bool
    /// How `kubectl scale` and autoscalers change the number of replicas; nil when they cannot.
    public var scale: CustomResourceSubresourceScale?
    /// What `kubectl get` prints.
    public var columns: [CustomResourceColumnDefinition]
    /// Paths such as `.spec.colour` that field selectors can name: at most 8, each to a text, whole number or truth value. Needs Kubernetes 1.31.
    public var selectableFields: [String]

    /// A version that is served and stored.
    public init(
        _ type: any Resource.Type,
        schema: JSONSchemaProps,
        hasStatus: Bool = true,
        scale: CustomResourceSubresourceScale? = nil,
        columns: [CustomResourceColumnDefinition] = [],
        selectableFields: [String] = []
    ) {
        self.type = type
        self.schema = schema
        self.hasStatus = hasStatus
        self.scale = scale
        self.columns = columns
        self.selectableFields = selectableFields
    }

    /// The version as a CustomResourceDefinition holds it.
    var definition: CustomResourceDefinitionVersion {
        var subresources: CustomResourceSubresources?
        if hasStatus || scale != nil {
            subresources = CustomResourceSubresources(scale: scale, status: hasStatus ? CustomResourceSubresourceStatus() : nil)
        }
        return CustomResourceDefinitionVersion(
            name: type.groupVersionKind.version,
            served: isServed,
            storage: isStored,
            additionalPrinterColumns: columns.isEmpty ? nil : columns,
            deprecated: deprecationWarning == nil ? nil : true,
            deprecationWarning: deprecationWarning.flatMap { $0.isEmpty ? nil : $0 },
            schema: CustomResourceValidation(openAPIV3Schema: Self.completed(schema)),
            selectableFields: selectableFields.isEmpty ? nil : selectableFields.map { SelectableField(jsonPath: $0) },
            subresources: subresources
        )
    }

    /// What every object has need not be described.
    private static func completed(_ schema: JSONSchemaProps) -> JSONSchemaProps {
        schema.changed { schema in
            var properties = schema.properties ?? [:]
            properties["apiVersion"] = properties["apiVersion"] ?? .string("The version of this API.")
            properties["kind"] = properties["kind"] ?? .string("The kind of this object.")
            properties["metadata"] = properties["metadata"] ?? JSONSchemaProps(type: "object")
            schema.properties = properties
        }
    }
}
