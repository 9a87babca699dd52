// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import KubernetesJSON

extension StructuralSchema {
    /// What is wrong with an object, in the words and order of a real server (`k8s.io/kube-openapi/pkg/validation/validate`).
    ///
    /// - Parameter old: The stored object on updates: a value that has not changed is not complained about (ratcheting).
    package func validate(_ object: JSONValue, old: JSONValue? = nil) -> [FieldError] {
        SchemaValidator(schema: self, path: "").validate(object, old: old).errors
    }

    /// What is wrong with a value that stands at no field: a default in a schema.
    func validateDetached(_ value: JSONValue) -> [FieldError] {
        SchemaValidator(schema: self, path: "").validate(value, old: nil).errors
    }
}

/// Validates one value against one schema.
struct SchemaValidator {
    let schema: StructuralSchema
    /// Where the value is: `spec.env[0].name`; below the root a member that no property names comes as `.name`.
    let path: String

    func validate(_ value: JSONValue, old: JSONValue?) -> SchemaResult {
        if let old, old == value { return SchemaResult() }
        var result = SchemaResult()
        result.merge(checkType(value))
        if value.isNull {
            checkEnum(value, &result)
            return result
        }
        result.merge(checkCompositions(value))
        switch value {
        case .string(let text):
            result.merge(checkString(text))
            checkFormat(text, &result)
        case .number(let number): result.merge(NumberValidator(schema: schema, path: path).validate(number))
        case .array(let elements): result.merge(checkArray(elements, old: old?.array))
        case .null, .bool, .object: break
        }
        checkEnum(value, &result)
        if case .object(let object) = value { result.merge(checkObject(object, old: old?.object)) }
        return result
    }

    // MARK: Type

    private func checkType(_ value: JSONValue) -> SchemaResult {
        var result = SchemaResult()
        result.countCheck()
        let types = schema.types
        guard !types.isEmpty || !schema.format.isEmpty else { return result }
        if value.isNull {
            if !types.isEmpty, !schema.isNullable {
                result.add(SchemaProblem.wrongType(path, expected: types.joined(separator: ","), actual: "null"))
            }
            return result
        }
        let (type, format) = Self.typeAndFormat(of: value)
        let isNumeric = types.contains("number") || types.contains("integer")
        let fits = types.contains(type) || (type == "integer" && types.contains("number"))
        let hasText = type == "string" || type == "array"
        if !hasText, !schema.format.isEmpty, !fits, format != schema.format {
            result.add(SchemaProblem.wrongType(path, expected: schema.format, actual: format))
            return result
        }
        if !isNumeric, !schema.format.isEmpty, hasText { return result }
        if !types.isEmpty, !fits {
            result.add(SchemaProblem.wrongType(path, expected: types.joined(separator: ","), actual: type))
        }
        return result
    }

    private static func typeAndFormat(of value: JSONValue) -> (type: String, format: String) {
        switch value {
        case .null: ("null", "")
        case .bool: ("boolean", "")
        case .string: ("string", "")
        case .array: ("array", "")
        case .object: ("object", "")
        case .number(let number): number.int64 == nil ? ("number", "float64") : ("integer", "int64")
        }
    }

    // MARK: Compositions

    private func checkCompositions(_ value: JSONValue) -> SchemaResult {
        var result = SchemaResult()
        let name = GoText.quoted(path)
        if !schema.anyOf.isEmpty {
            let results = outcomes(schema.anyOf, value)
            if !results.contains(where: \.isValid) {
                result.add(SchemaProblem.composite("\(name) must validate at least one schema (anyOf)"))
                if let best = Self.best(results) { result.merge(best) }
            }
        }
        if !schema.oneOf.isEmpty {
            let results = outcomes(schema.oneOf, value)
            let valid = results.count(where: \.isValid)
            if valid != 1 {
                let found = valid == 0 ? "Found none valid" : "Found \(valid) valid alternatives"
                result.add(SchemaProblem.composite("\(name) must validate one and only one schema (oneOf). \(found)"))
                if valid == 0, let best = Self.best(results) { result.merge(best) }
            }
        }
        if !schema.allOf.isEmpty {
            let results = outcomes(schema.allOf, value)
            for one in results { result.merge(one) }
            if !results.allSatisfy(\.isValid) {
                let suffix = results.contains(where: \.isValid) ? "" : ". None validated"
                result.add(SchemaProblem.composite("\(name) must validate all the schemas (allOf)\(suffix)"))
            }
        }
        if let not = schema.not, SchemaValidator(schema: not, path: path).validate(value, old: nil).isValid {
            result.add(SchemaProblem.composite("\(name) must not validate the schema (not)"))
        }
        result.countCheck()
        return result
    }

    private func outcomes(_ schemas: [StructuralSchema], _ value: JSONValue) -> [SchemaResult] {
        schemas.map { SchemaValidator(schema: $0, path: path).validate(value, old: nil) }
    }

    /// The first of the failures with the most checks.
    private static func best(_ failures: [SchemaResult]) -> SchemaResult? {
        failures.reduce(nil) { best, next in (best?.checks ?? -1) >= next.checks ? best : next }
    }

    // MARK: Scalars

    private func checkString(_ text: String) -> SchemaResult {
        var result = SchemaResult()
        let rules = schema.string
        guard !rules.isEmpty else { return result }
        result.countCheck()
        let value = JSONValue.string(text)
        // A scalar has at most four bytes, so most texts need not be counted.
        if let maximum = rules.maximumLength, text.utf8.count > maximum, text.unicodeScalars.count > maximum {
            result.add(.tooLong(SchemaProblem.field(path), maximumBytes: maximum))
        } else if let minimum = rules.minimumLength, text.utf8.count < minimum || text.unicodeScalars.count < minimum {
            result.add(SchemaProblem.invalid(path, value, "should be at least \(minimum) chars long"))
        } else if let pattern = rules.pattern, !pattern.matches(text) {
            result.add(SchemaProblem.invalid(path, value, "should match '\(pattern.pattern)'"))
        }
        return result
    }

    private func checkFormat(_ text: String, _ result: inout SchemaResult) {
        guard !schema.format.isEmpty, !StringFormat.matches(text, format: schema.format) else { return }
        result.add(SchemaProblem.wrongType(path, expected: schema.format, actual: text))
    }

    private func checkEnum(_ value: JSONValue, _ result: inout SchemaResult) {
        guard !schema.allowedValues.isEmpty else { return }
        result.countCheck()
        if !schema.allowedValues.contains(value) { result.add(SchemaProblem.notAllowed(path, value, schema.allowedValues)) }
    }

    // MARK: Containers

    private func checkArray(_ elements: [JSONValue], old: [JSONValue]?) -> SchemaResult {
        var result = SchemaResult()
        if let items = schema.items {
            let previous = old.map { ListCorrelation(schema: schema, old: $0) }
            for (index, element) in elements.enumerated() {
                let validator = SchemaValidator(schema: items, path: "\(path)[\(index)]")
                result.merge(validator.validate(element, old: previous?.counterpart(of: element)))
            }
        }
        if let minimum = schema.minimumItems, elements.count < minimum {
            result.add(SchemaProblem.invalid(path, .int(elements.count), "should have at least \(minimum) items"))
        }
        if let maximum = schema.maximumItems, elements.count > maximum { result.add(tooMany(elements.count, maximum)) }
        result.countCheck()
        return result
    }

    private func tooMany(_ count: Int, _ maximum: Int) -> FieldError {
        let noun = maximum == 1 ? "item" : "items"
        return FieldError(
            .tooMany,
            field: SchemaProblem.field(path),
            badValue: .int(count),
            detail: "must have at most \(maximum) \(noun)"
        )
    }

    private func checkObject(_ object: JSONObject, old: JSONObject?) -> SchemaResult {
        var result = SchemaResult()
        if let minimum = schema.minimumProperties, object.count < minimum {
            result.add(SchemaProblem.invalid(path, .int(object.count), "should have at least \(minimum) properties"))
            return result
        }
        if let maximum = schema.maximumProperties, object.count > maximum {
            result.add(tooMany(object.count, maximum))
            return result
        }
        for name in schema.required where object[name] == nil { result.add(SchemaProblem.required(path + "." + name)) }
        if case .schema(let additional) = schema.additionalProperties {
            for (name, value) in object where schema.properties[name] == nil {
                let validator = SchemaValidator(schema: additional, path: path + "." + name)
                result.merge(validator.validate(value, old: old?[name]))
            }
        }
        for name in schema.propertyNames {
            guard let property = schema.properties[name], let value = object[name] else { continue }
            let validator = SchemaValidator(schema: property, path: path.isEmpty ? name : path + "." + name)
            result.merge(validator.validate(value, old: schema.isAtomicMap ? nil : old?[name]))
        }
        result.countCheck()
        return result
    }
}

/// Finds the element of an old list that an element of the new one continues: by key in lists of type map, else none does.
private struct ListCorrelation {
    private let keys: [String]
    private let old: [JSONObject: JSONValue]

    init(schema: StructuralSchema, old elements: [JSONValue]) {
        guard case .map(let keys) = schema.listType else {
            keys = []
            old = [:]
            return
        }
        self.keys = keys
        old = Dictionary(elements.map { (Self.identity($0, keys), $0) }, uniquingKeysWith: { first, _ in first })
    }

    func counterpart(of element: JSONValue) -> JSONValue? { keys.isEmpty ? nil : old[Self.identity(element, keys)] }

    private static func identity(_ element: JSONValue, _ keys: [String]) -> JSONObject {
        JSONObject(keys.compactMap { key in element[key].map { (key, $0) } })
    }
}
