// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// A generated struct, ready to be rendered.
struct TypeModel {
    struct Field {
        /// As in JSON.
        let key: String
        let type: SwiftType
        let isRequired: Bool

        /// As in Swift, where a keyword may stand: names that are no identifiers become camel case.
        var label: String {
            var parts = key.split { !$0.isLetter && !$0.isNumber }.map(String.init)
            let head = parts.isEmpty ? "" : parts.removeFirst()
            return head + parts.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        }

        /// As in Swift, where a keyword must be quoted.
        var name: String { Self.keywords.contains(label) ? "`\(label)`" : label }

        private static let keywords: Set<String> = [
            "as", "associatedtype", "break", "case", "catch", "class", "continue", "default", "defer", "deinit", "do", "else",
            "enum",
            "extension", "fallthrough", "false", "fileprivate", "for", "func", "guard", "if", "import", "in", "init", "inout",
            "internal",
            "is", "let", "nil", "operator", "precedencegroup", "private", "protocol", "public", "repeat", "rethrows", "return",
            "self",
            "static", "struct", "subscript", "super", "switch", "throw", "throws", "true", "try", "typealias", "var", "where",
            "while",
        ]
    }

    struct Kind {
        let group: String
        let version: String
        let kind: String
        /// Nil for types that are sent and answered but not stored.
        let plural: String?
        let isNamespaced: Bool
    }

    let definition: String
    let name: String
    /// Nil for parts of other types.
    let kind: Kind?
    /// Required ones first, each part in the order of the alphabet; `metadata` leads.
    let fields: [Field]

    init(_ definition: String, in schemas: Schemas) throws {
        guard let schema = schemas[definition] else { throw Failure("the OpenAPI data has no definition \(definition)") }
        self.definition = definition
        name = definition.split(separator: ".").last.map(String.init) ?? definition
        kind = Self.kind(of: schema, named: name, in: schemas)
        let required = Set(schema["required"] as? [String] ?? [])
        let properties = schema["properties"] as? [String: Schema] ?? [:]
        let isResource = kind?.plural != nil
        var fields: [Field] = []
        for (key, property) in properties {
            if kind != nil, key == "apiVersion" || key == "kind" { continue }
            let type = try Self.type(of: property, at: "\(definition).\(key)", in: schemas)
            let isRequired = isResource && key == "metadata" || required.contains(key) && !type.isTime
            fields.append(Field(key: key, type: type, isRequired: isRequired))
        }
        func rank(_ field: Field) -> Int { field.key == "metadata" ? 0 : field.isRequired ? 1 : 2 }
        self.fields = fields.sorted { (rank($0), $0.label) < (rank($1), $1.label) }
    }

    /// Whether this is a kind's own type of status conditions.
    var isStatusCondition: Bool {
        let required = fields.filter { $0.isRequired && $0.type.isString }.map(\.key)
        return name.hasSuffix("Condition") && required.contains("type") && required.contains("status")
    }

    var references: [String] { fields.flatMap(\.type.references) }

    private static func kind(of schema: Schema, named name: String, in schemas: Schemas) -> Kind? {
        let types = schema["x-kubernetes-group-version-kind"] as? [[String: String]] ?? []
        // Types shared by all groups are v1 of the core group when they travel alone.
        guard let type = types.first(where: { $0["group"] == "" && $0["version"] == "v1" }) ?? types.first,
            let group = type["group"], let version = type["version"], let kind = type["kind"],
            let properties = schema["properties"] as? Schema, properties["apiVersion"] != nil
        else { return nil }
        let hasMetadata = ((properties["metadata"] as? Schema)?["allOf"] as? [Schema])?.first?["$ref"] as? String
        let isObject = hasMetadata?.hasSuffix(".ObjectMeta") ?? false
        let resource = isObject ? schemas.resources["\(group)/\(version)/\(kind)"] : nil
        return Kind(
            group: group,
            version: version,
            kind: kind,
            plural: resource?.plural,
            isNamespaced: resource?.isNamespaced ?? false
        )
    }

    private static func type(of schema: Schema, at place: String, in schemas: Schemas) throws -> SwiftType {
        if let parts = schema["allOf"] as? [Schema], parts.count == 1 { return try type(of: parts[0], at: place, in: schemas) }
        if let reference = schema["$ref"] as? String {
            let name = Schemas.name(ofReference: reference)
            return Plan.scalars[name] ?? .structure(definition: name)
        }
        switch (schema["type"] as? String, schema["format"] as? String) {
        case ("string", "byte"): return .value("Base64Data", module: "KubernetesMeta", zero: "Base64Data()")
        case ("string", nil): return .scalar("String", zero: "\"\"")
        case ("boolean", nil): return .scalar("Bool", zero: "false")
        case ("integer", "int32"): return .scalar("Int32", zero: "0")
        case ("integer", "int64"): return .scalar("Int64", zero: "0")
        case ("number", "double"): return .scalar("Double", zero: "0")
        case ("array", nil):
            guard let items = schema["items"] as? Schema else { throw Failure("\(place): an array without items") }
            return .array(try type(of: items, at: place, in: schemas))
        case ("object", nil):
            guard let values = schema["additionalProperties"] as? Schema else { return .any }
            return .map(try type(of: values, at: place, in: schemas))
        case (nil, nil) where schema.isEmpty: return .any
        case (let type, let format):
            throw Failure("\(place): no Swift type for type \(type ?? "none"), format \(format ?? "none"); teach TypeModel")
        }
    }
}
