// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// Range, bounds and factor of a number.
struct NumberValidator {
    let schema: StructuralSchema
    let path: String

    func validate(_ number: JSONNumber) -> SchemaResult {
        var result = SchemaResult()
        if let error = outOfRange(number) { result.add(error) }
        let rules = schema.number
        if let factor = rules.multipleOf { checkMultiple(number, of: factor, &result) }
        if let minimum = rules.minimum, rules.exclusiveMinimum ? number.double <= minimum : number.double < minimum {
            let bound = GoNumber.text(minimum)
            let words = rules.exclusiveMinimum ? "greater than" : "greater than or equal to"
            result.add(SchemaProblem.invalid(path, .number(number), "should be \(words) \(bound)"))
        }
        if let maximum = rules.maximum, rules.exclusiveMaximum ? number.double >= maximum : number.double > maximum {
            let bound = GoNumber.text(maximum)
            let words = rules.exclusiveMaximum ? "less than" : "less than or equal to"
            result.add(SchemaProblem.invalid(path, .number(number), "should be \(words) \(bound)"))
        }
        result.countCheck()
        return result
    }

    /// Integers must fit their format.
    private func outOfRange(_ number: JSONNumber) -> FieldError? {
        guard schema.types == ["integer"] else { return nil }
        if let value = number.int64 {
            switch schema.format {
            case "int32" where Int32(exactly: value) == nil: break
            case "uint32" where UInt32(exactly: value) == nil: break
            case "uint64" where value < 0: break
            default: return nil
            }
        } else if schema.format == "uint64", UInt64(number.text) != nil {
            return nil
        }
        let type = schema.format.isEmpty ? "integer (default format)" : "integer with format \(schema.format)"
        return SchemaProblem.composite("Checked value must be of type \(type) in \(path)")
    }

    private func checkMultiple(_ number: JSONNumber, of factor: Double, _ result: inout SchemaResult) {
        let isMultiple: Bool
        if let value = number.int64 {
            // A real server cuts the factor to an integer when the value is one, and then finds it wanting.
            let integer = Int64(exactly: factor.rounded(.towardZero)) ?? 0
            guard integer > 0 else {
                result.add(.invalid(path, .int(integer), "factor MultipleOf declared for \(path) must be positive: \(integer)"))
                return
            }
            isMultiple = value % integer == 0
        } else {
            let quotient = factor < 1 ? 1 / factor * number.double : number.double / factor
            isMultiple = abs(quotient - quotient.rounded()) < 1e-9 * max(1, abs(quotient))
        }
        if !isMultiple {
            result.add(SchemaProblem.invalid(path, .number(number), "should be a multiple of \(GoNumber.text(factor))"))
        }
    }
}

/// Numbers as Go writes them.
enum GoNumber {
    /// `%v` of a float64.
    static func text(_ value: Double) -> String {
        if value == value.rounded(), abs(value) < 1e21, let integer = Int64(exactly: value) { return String(integer) }
        return "\(value)"
    }

    /// The number as Go's decoder and encoder leave it: an integer when it is one, else the shortest decimal.
    static func normalized(_ number: JSONNumber) -> JSONNumber {
        if number.isInteger, Int64(number.text) != nil { return number }
        let value = number.double
        if let integer = Int64(exactly: value) { return JSONNumber(integer) }
        return JSONNumber(value) ?? number
    }
}
