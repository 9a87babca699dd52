// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Turns a body into what Go's decoder and encoder would make of it: fields of other types are errors with Go's texts, unknown fields are
/// found and dropped, times and quantities get their canonical text, and what `omitempty` leaves out is left out.
struct TypedDecoder {
    /// Where the decoder is.
    private enum Step {
        case field(String)
        /// A key of a map, which Go's decoder leaves out of the path of an error, and its strict decoder does not.
        case key(String)
        case index(Int)
    }

    private let types: BuiltinTypes
    private var path: [Step] = []
    private var structName = ""
    /// The first error, as Go words it; decoding goes on after it, as Go's does.
    private(set) var error: String?
    /// The paths of the fields that no struct has, in the order of the body.
    private(set) var unknownFields: [String] = []

    init(types: BuiltinTypes = .shared) { self.types = types }

    /// The value as the struct `definition` holds it.
    mutating func decode(_ value: JSONValue, as definition: String) -> JSONValue {
        decode(value, .structure(definition), goType: FieldType.structure(definition).goName)
    }

    private mutating func decode(_ value: JSONValue, _ type: FieldType, goType: String) -> JSONValue {
        if value.isNull { return Self.zero(of: type) }
        switch (type, value) {
        case (.structureOrAny(let name), .object(let object)): return decodeStructure(object, types.structure(name))
        case (.any, _), (.structureOrAny, _), (.string, .string), (.boolean, .bool), (.number, .number): return value
        case (.integer(let bits), .number(let number)):
            guard let integer = number.isInteger ? Int64(number.text) : nil, bits == 64 || Int32(exactly: integer) != nil else {
                return mismatch("number " + number.text, goType)
            }
            return .int(integer)
        case (.bytes, .string(let text)):
            guard let position = Base64.firstIllegalByte(text) else { return value }
            return fail("illegal base64 data at input byte \(position)")
        case (.quantity, _): return decodeQuantity(value)
        case (.intOrString, .string): return value
        case (.intOrString, .number(let number)):
            return number.isInteger && Int32(number.text) != nil ? value : mismatch("number " + number.text, "int32")
        case (.intOrString, _): return mismatch(Self.goKind(value), "int32")
        case (.time, .string(let text)):
            if let error = GoTimeText.error(text, layout: .seconds) { return fail(error) }
            return Time(text).map { .string($0.description) } ?? value
        case (.microTime, .string(let text)):
            if let error = GoTimeText.error(text, layout: .microseconds) { return fail(error) }
            return MicroTime(text).map { .string($0.description) } ?? value
        case (.time, _), (.microTime, _): return mismatch(Self.goKind(value), "string")
        case (.structure(let name), .object(let object)): return decodeStructure(object, types.structure(name))
        case (.list(let element), .array(let elements)):
            var result: [JSONValue] = []
            for (index, value) in elements.enumerated() {
                path.append(.index(index))
                result.append(decode(value, element, goType: element.goName))
                path.removeLast()
            }
            return .array(result)
        case (.map(let type), .object(let object)):
            var result = JSONObject()
            for (key, value) in object {
                path.append(.key(key))
                result[key] = decode(value, type, goType: type.goName)
                path.removeLast()
            }
            return .object(result)
        default: return mismatch(Self.goKind(value), goType)
        }
    }

    private mutating func decodeStructure(_ object: JSONObject, _ type: StructType) -> JSONValue {
        var result = JSONObject()
        let outer = structName
        for (key, value) in object {
            path.append(.field(key))
            defer { path.removeLast() }
            guard let field = type.fields[key] else {
                unknownFields.append(indexedPath)
                continue
            }
            structName = type.goName
            let decoded = decode(value, field.type, goType: field.goType)
            if Self.isKept(decoded, given: value, field) { result[key] = decoded }
        }
        structName = outer
        for name in type.alwaysPresent where result[name] == nil {
            guard let field = type.fields[name], let zero = field.presence.zero else { continue }
            if case .structure(let nested) = field.type, zero == .object([:]) {
                result[name] = decodeStructure(JSONObject(), types.structure(nested))
            } else {
                result[name] = zero
            }
        }
        return .object(result)
    }

    private mutating func decodeQuantity(_ value: JSONValue) -> JSONValue {
        let text: String
        switch value {
        case .string(let string): text = string
        case .number(let number): text = number.text
        default: return fail(QuantityText.formatError)
        }
        switch QuantityText.canonical(text) {
        case .success(let canonical): return .string(canonical)
        case .failure(let failure): return fail(failure.message)
        }
    }

    // MARK: Errors

    private mutating func mismatch(_ value: String, _ goType: String) -> JSONValue {
        let fields = path.compactMap { if case .field(let name) = $0 { name } else { nil } }
        let target =
            fields.isEmpty
            ? "Go value of type \(goType)" : "Go struct field \(structName).\(fields.joined(separator: ".")) of type \(goType)"
        return fail("json: cannot unmarshal \(value) into \(target)")
    }

    private mutating func fail(_ message: String) -> JSONValue {
        if error == nil { error = message }
        return .null
    }

    private var indexedPath: String {
        var text = ""
        for step in path {
            switch step {
            case .field(let name), .key(let name): text += text.isEmpty ? name : "." + name
            case .index(let index): text += "[\(index)]"
            }
        }
        return text
    }

    // MARK: Go's zero values

    private static func isKept(_ decoded: JSONValue, given: JSONValue, _ field: StructField) -> Bool {
        if given.isNull { return false }
        switch field.presence {
        case .always, .omittedWhenAbsent: return true
        case .omittedWhenEmpty: return !isEmpty(decoded)
        }
    }

    private static func isEmpty(_ value: JSONValue) -> Bool {
        switch value {
        case .null: true
        case .bool(let bool): !bool
        case .number(let number): number.int64 == 0
        case .string(let text): text.isEmpty
        case .array(let elements): elements.isEmpty
        case .object(let object): object.isEmpty
        }
    }

    /// What an element of a list or map becomes that is `null`.
    private static func zero(of type: FieldType) -> JSONValue {
        switch type {
        case .string: ""
        case .boolean: false
        case .integer, .number, .intOrString: 0
        case .quantity: "0"
        case .structure: .object([:])
        case .bytes, .time, .microTime, .any, .list, .map, .structureOrAny: .null
        }
    }

    private static func goKind(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool: "bool"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}
