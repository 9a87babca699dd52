// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// The types of all built-in kinds, read once from the generated schemas.
struct BuiltinTypes: Sendable {
    static let shared = BuiltinTypes(document: BuiltinSchemas.document)

    /// The schemas as OpenAPI v3 serves them, by definition name.
    let schemas: JSONObject
    private let structures: [String: StructType]
    private let byKind: [String: String]

    /// - Parameter document: `{"definitions": {...}}`. It is generated and checked in, so a document that cannot be read is a mistake of the
    ///   build, not of any input.
    init(document: String) {
        let definitions: JSONObject
        do throws(JSONError) {
            definitions = try JSONValue(parsing: document)["definitions"]?.object ?? JSONObject()
        } catch {
            preconditionFailure("the generated schemas are not JSON: \(error)")
        }
        schemas = definitions
        var structures: [String: StructType] = [:]
        var byKind: [String: String] = [:]
        for (name, schema) in definitions {
            guard let properties = schema["properties"]?.object else { continue }
            structures[name] = Self.structure(name, properties, required: schema["required"]?.array ?? [])
            for reference in schema["x-kubernetes-group-version-kind"]?.array ?? [] {
                guard let group = reference["group"]?.string, let kind = reference["kind"]?.string,
                    let version = reference["version"]?.string
                else { continue }
                byKind[group + "/" + version + "/" + kind] = name
            }
        }
        self.structures = structures
        self.byKind = byKind
    }

    /// The type behind a definition's name; empty for a name that is not there.
    func structure(_ name: String) -> StructType { structures[name] ?? StructType(name: name, fields: [:]) }

    /// The name of the definition of a kind.
    func definitionName(group: String, version: String, kind: String) -> String? { byKind[group + "/" + version + "/" + kind] }

    // MARK: Reading schemas

    private static func structure(_ name: String, _ properties: JSONObject, required: [JSONValue]) -> StructType {
        let goName = String(name.split(separator: ".").last ?? "")
        var fields: [String: StructField] = [:]
        for (property, schema) in properties {
            let type = fieldType(schema)
            let qualified = goName + "." + property
            let isRequired = required.contains(.string(property))
            fields[property] = StructField(
                name: property,
                type: type,
                goType: GoFields.namedTypes[qualified] ?? type.goName,
                presence: presence(of: type, qualified, isRequired: isRequired, default: schema["default"]),
                mergeKey: schema["x-kubernetes-patch-merge-key"]?.string,
                patchStrategies: schema["x-kubernetes-patch-strategy"]?.string?.split(separator: ",").map(String.init) ?? []
            )
        }
        return StructType(name: name, fields: fields)
    }

    private static func presence(
        of type: FieldType,
        _ qualified: String,
        isRequired: Bool,
        default value: JSONValue?
    ) -> FieldPresence {
        if isRequired || GoFields.writtenWhenEmpty.contains(qualified) {
            switch type {
            case .string: return .always("")
            case .boolean: return .always(false)
            case .integer, .number: return .always(0)
            case .list, .map, .bytes: return .always(.null)
            case .time, .microTime: return .always(.null)
            case .structure: return value == nil ? .omittedWhenAbsent : .always(.object([:]))
            case .quantity, .intOrString, .any, .structureOrAny: return .omittedWhenAbsent
            }
        }
        switch type {
        case .string: return GoFields.pointerStrings.contains(qualified) ? .omittedWhenAbsent : .omittedWhenEmpty
        case .boolean: return GoFields.valueBooleans.contains(qualified) ? .omittedWhenEmpty : .omittedWhenAbsent
        case .integer, .number: return GoFields.valueIntegers.contains(qualified) ? .omittedWhenEmpty : .omittedWhenAbsent
        case .time, .microTime: return GoFields.omittedTimes.contains(qualified) ? .omittedWhenAbsent : .always(.null)
        case .list: return GoFields.nullLists.contains(qualified) ? .always(.null) : .omittedWhenEmpty
        case .map, .bytes: return .omittedWhenEmpty
        case .structure: return value == .object([:]) ? .always(.object([:])) : .omittedWhenAbsent
        case .quantity, .intOrString, .any, .structureOrAny: return .omittedWhenAbsent
        }
    }

    private static func fieldType(_ schema: JSONValue) -> FieldType {
        let reference = schema["$ref"]?.string ?? schema["allOf"]?[0]?["$ref"]?.string
        if let name = reference?.split(separator: "/").last.map(String.init) {
            switch name.split(separator: ".").last {
            case "Quantity": return .quantity
            case "IntOrString": return .intOrString
            case "Time": return .time
            case "MicroTime": return .microTime
            case "FieldsV1", "RawExtension", "JSON": return .any
            case "JSONSchemaPropsOrArray", "JSONSchemaPropsOrBool", "JSONSchemaPropsOrStringArray":
                let package = name.split(separator: ".").dropLast().joined(separator: ".")
                return .structureOrAny(package + ".JSONSchemaProps")
            default: return .structure(name)
            }
        }
        switch schema["type"]?.string {
        case "string": return schema["format"]?.string == "byte" ? .bytes : .string
        case "boolean": return .boolean
        case "integer": return .integer(bits: schema["format"]?.string == "int32" ? 32 : 64)
        case "number": return .number
        case "array": return .list(schema["items"].map(fieldType) ?? .any)
        case "object": return schema["additionalProperties"].map { .map(fieldType($0)) } ?? .any
        default: return .any
        }
    }
}
