// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

// The parts of a structural schema: <https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema>.
// The first argument is what `kubectl explain` prints.
extension JSONSchemaProps {
    /// An object with these members.
    ///
    /// - Parameters:
    ///   - required: Members that must be there. One with a default need not be named.
    ///   - rules: CEL rules; `self` is the object.
    public static func object(
        _ description: String? = nil,
        _ properties: [String: JSONSchemaProps],
        required: [String] = [],
        rules: [ValidationRule] = []
    ) -> JSONSchemaProps {
        JSONSchemaProps(
            description: description,
            properties: properties,
            required: required.isEmpty ? nil : required,
            type: "object",
            xKubernetesValidations: rules.isEmpty ? nil : rules
        )
    }

    /// An object whose members have any names and values of one form.
    public static func map(_ description: String? = nil, of values: JSONSchemaProps, maxProperties: Int64? = nil)
        -> JSONSchemaProps
    {
        JSONSchemaProps(
            additionalProperties: JSONValue(encoding: values),
            description: description,
            maxProperties: maxProperties,
            type: "object"
        )
    }

    /// An array with elements of one form.
    public static func array(
        _ description: String? = nil,
        of items: JSONSchemaProps,
        minItems: Int64? = nil,
        maxItems: Int64? = nil
    ) -> JSONSchemaProps {
        JSONSchemaProps(
            description: description,
            items: JSONValue(encoding: items),
            maxItems: maxItems,
            minItems: minItems,
            type: "array"
        )
    }

    /// A text.
    ///
    /// - Parameters:
    ///   - minLength: In characters, as `maxLength`.
    ///   - pattern: A regular expression that matches anywhere in the text unless it has anchors.
    public static func string(
        _ description: String? = nil,
        minLength: Int64? = nil,
        maxLength: Int64? = nil,
        pattern: String? = nil,
        format: String? = nil
    ) -> JSONSchemaProps {
        JSONSchemaProps(
            description: description,
            format: format,
            maxLength: maxLength,
            minLength: minLength,
            pattern: pattern,
            type: "string"
        )
    }

    /// One of several texts.
    public static func enumeration(_ description: String? = nil, _ values: [String]) -> JSONSchemaProps {
        JSONSchemaProps(description: description, enum: values.map(JSONValue.string), type: "string")
    }

    /// One of the texts that the cases of a type stand for.
    public static func enumeration<Value: CaseIterable & RawRepresentable>(
        _ description: String? = nil,
        _ type: Value.Type
    ) -> JSONSchemaProps where Value.RawValue == String {
        enumeration(description, Value.allCases.map(\.rawValue))
    }

    /// A whole number of 32 bits, unless `format` is `int64`.
    public static func integer(
        _ description: String? = nil,
        minimum: Int64? = nil,
        maximum: Int64? = nil,
        format: String = "int32"
    ) -> JSONSchemaProps {
        JSONSchemaProps(
            description: description,
            format: format,
            maximum: maximum.map(Double.init),
            minimum: minimum.map(Double.init),
            type: "integer"
        )
    }

    /// A number with or without a fraction.
    public static func number(_ description: String? = nil, minimum: Double? = nil, maximum: Double? = nil) -> JSONSchemaProps {
        JSONSchemaProps(description: description, maximum: maximum, minimum: minimum, type: "number")
    }

    /// True or false.
    public static func boolean(_ description: String? = nil) -> JSONSchemaProps {
        JSONSchemaProps(description: description, type: "boolean")
    }

    /// Any JSON; nothing of it is dropped.
    public static func any(_ description: String? = nil) -> JSONSchemaProps {
        JSONSchemaProps(description: description, xKubernetesPreserveUnknownFields: true)
    }
}

// MARK: - Kubernetes' own types

extension JSONSchemaProps {
    /// A `Time`.
    public static func time(_ description: String? = nil) -> JSONSchemaProps { string(description, format: "date-time") }

    /// An `IntOrString`.
    public static func intOrString(_ description: String? = nil) -> JSONSchemaProps {
        JSONSchemaProps(
            anyOf: [JSONSchemaProps(type: "integer"), JSONSchemaProps(type: "string")],
            description: description,
            xKubernetesIntOrString: true
        )
    }

    /// A `Quantity`, with the pattern that Kubernetes' own generator writes for it.
    public static func quantity(_ description: String? = nil) -> JSONSchemaProps {
        var schema = intOrString(description)
        schema.pattern =
            #"^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$"#
        return schema
    }

    /// An array of `Condition`, one of each type.
    public static func conditions(_ description: String? = nil) -> JSONSchemaProps {
        array(
            description,
            of: object(
                nil,
                [
                    "type": string(maxLength: 316), "status": enumeration(nil, ConditionStatus.self),
                    "reason": string(maxLength: 1024), "message": string(maxLength: 32_768), "lastTransitionTime": time(),
                    "observedGeneration": integer(minimum: 0, format: "int64"),
                ],
                required: ["type", "status", "lastTransitionTime", "reason", "message"]
            )
        ).listMap(keys: ["type"])
    }
}
