// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import KubernetesJSON

/// The structural schema of a custom resource, compiled once from `openAPIV3Schema` and then only read.
///
/// Nodes are shared and immutable: a schema is a tree of references, because it is walked for every object that is read or written.
package final class StructuralSchema: Sendable {
    /// What a list of objects or scalars promises: `x-kubernetes-list-type`.
    enum ListType: Sendable, Hashable {
        case atomic
        case set
        case map(keys: [String])
    }

    /// What is allowed beside the named properties.
    enum AdditionalProperties: Sendable {
        /// Nothing was said, or `false`.
        case none
        /// `true`: anything passes validation, but pruning knows nothing below it.
        case any
        case schema(StructuralSchema)
    }

    /// Bounds of a number.
    struct NumberRules: Sendable {
        var minimum: Double?
        var exclusiveMinimum = false
        var maximum: Double?
        var exclusiveMaximum = false
        var multipleOf: Double?
    }

    /// Bounds of a string. Lengths count Unicode scalars.
    struct StringRules: Sendable {
        var minimumLength: Int?
        var maximumLength: Int?
        var pattern: RegularExpression?

        var isEmpty: Bool { minimumLength == nil && maximumLength == nil && pattern == nil }
    }

    /// The types allowed, as OpenAPI names them; empty: any. `x-kubernetes-int-or-string` is `integer` or `string`.
    let types: [String]
    let format: String
    let isNullable: Bool
    let allowedValues: [JSONValue]
    let number: NumberRules
    let string: StringRules
    let minimumItems: Int?
    let maximumItems: Int?
    let minimumProperties: Int?
    let maximumProperties: Int?
    let required: [String]
    /// In the order of the document.
    let propertyNames: [String]
    let properties: [String: StructuralSchema]
    let additionalProperties: AdditionalProperties
    let items: StructuralSchema?
    let allOf: [StructuralSchema]
    let anyOf: [StructuralSchema]
    let oneOf: [StructuralSchema]
    let not: StructuralSchema?
    let defaultValue: JSONValue?
    let preservesUnknownFields: Bool
    let isEmbeddedResource: Bool
    let listType: ListType
    /// `x-kubernetes-map-type: atomic`.
    let isAtomicMap: Bool
    /// `x-kubernetes-validations` stand here or below; they are stored but not evaluated.
    let hasRules: Bool
    /// A default stands here or below.
    let hasDefaults: Bool
    /// A list type of set or map, or an embedded resource, stands here or below.
    let hasListTypes: Bool
    let hasEmbeddedResources: Bool

    /// - Parameter document: A schema that the validation of CustomResourceDefinitions accepted. Keywords that it does not know, and patterns
    ///   that are none, are ignored.
    package init(_ document: JSONValue) {
        let object = document.object ?? [:]
        func node(_ key: String) -> StructuralSchema? {
            object[key].flatMap { $0.object == nil ? nil : StructuralSchema($0) }
        }
        func nodes(_ key: String) -> [StructuralSchema] { (object[key]?.array ?? []).map(StructuralSchema.init) }
        func flag(_ key: String) -> Bool { object[key]?.bool ?? false }
        func count(_ key: String) -> Int? { object[key]?.int.flatMap { Int(exactly: $0) } }

        let isIntOrString = flag("x-kubernetes-int-or-string")
        types = isIntOrString ? ["integer", "string"] : object["type"]?.string.map { $0.isEmpty ? [] : [$0] } ?? []
        format = object["format"]?.string ?? ""
        isNullable = flag("nullable")
        allowedValues = object["enum"]?.array ?? []
        number = NumberRules(
            minimum: object["minimum"]?.double,
            exclusiveMinimum: flag("exclusiveMinimum"),
            maximum: object["maximum"]?.double,
            exclusiveMaximum: flag("exclusiveMaximum"),
            multipleOf: object["multipleOf"]?.double
        )
        string = StringRules(
            minimumLength: count("minLength"),
            maximumLength: count("maxLength"),
            pattern: object["pattern"]?.string.flatMap(Self.expression)
        )
        minimumItems = count("minItems")
        maximumItems = count("maxItems")
        minimumProperties = count("minProperties")
        maximumProperties = count("maxProperties")
        required = (object["required"]?.array ?? []).compactMap(\.string)
        let members = object["properties"]?.object ?? [:]
        propertyNames = members.keys
        let properties = Dictionary(members.map { ($0.key, StructuralSchema($0.value)) }, uniquingKeysWith: { _, last in last })
        self.properties = properties
        let additional = node("additionalProperties")
        additionalProperties = additional.map(AdditionalProperties.schema) ?? (flag("additionalProperties") ? .any : .none)
        let items = node("items")
        self.items = items
        allOf = nodes("allOf")
        anyOf = nodes("anyOf")
        oneOf = nodes("oneOf")
        not = node("not")
        defaultValue = object["default"].flatMap(\.nonNull)
        preservesUnknownFields = flag("x-kubernetes-preserve-unknown-fields")
        isEmbeddedResource = flag("x-kubernetes-embedded-resource")
        isAtomicMap = object["x-kubernetes-map-type"]?.string == "atomic"
        switch object["x-kubernetes-list-type"]?.string {
        case "set": listType = .set
        case "map": listType = .map(keys: (object["x-kubernetes-list-map-keys"]?.array ?? []).compactMap(\.string))
        default: listType = .atomic
        }
        let children = Array(properties.values) + [additional, items].compactMap(\.self)
        hasRules = !(object["x-kubernetes-validations"]?.array ?? []).isEmpty || children.contains(where: \.hasRules)
        hasDefaults = defaultValue != nil || children.contains(where: \.hasDefaults)
        hasListTypes = listType != .atomic || children.contains(where: \.hasListTypes)
        hasEmbeddedResources = isEmbeddedResource || children.contains(where: \.hasEmbeddedResources)
    }

    private static func expression(_ pattern: String) -> RegularExpression? {
        do throws(RegularExpressionError) {
            return try RegularExpression(pattern)
        } catch {
            // Validation of the definition refuses such a pattern; one that is stored all the same constrains nothing.
            return nil
        }
    }

    /// The schema of the member `name` of an object.
    func member(_ name: String) -> StructuralSchema? {
        if let property = properties[name] { return property }
        if case .schema(let schema) = additionalProperties { return schema }
        return nil
    }

    /// Whether a null under this schema is as good as absent.
    static func dropsNull(_ schema: StructuralSchema) -> Bool { !schema.isNullable }
}

extension JSONValue {
    /// The value; nil for `null`.
    var nonNull: JSONValue? {
        if case .null = self { return Optional.none }
        return self
    }
}
