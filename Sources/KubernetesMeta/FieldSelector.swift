// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

/// Which objects a request is about, by fields: `metadata.name=web,status.phase!=Running`.
///
/// An API server knows few fields per kind: `metadata.name` and `metadata.namespace` for all, some more for built-in kinds, and those that a
/// CustomResourceDefinition lists in `selectableFields`. It refuses others.
public struct FieldSelector: Sendable, Hashable {
    /// One comparison.
    public struct Requirement: Sendable, Hashable {
        /// The path of the field, for example `status.phase`.
        public let field: String
        /// What it is compared with.
        public let value: String
        /// Whether the field must have the value; else it must not.
        public let isEqual: Bool

        /// The field has this value.
        public static func equals(_ field: String, _ value: String) -> Requirement {
            Requirement(field: field, value: value, isEqual: true)
        }

        /// The field has another value.
        public static func notEquals(_ field: String, _ value: String) -> Requirement {
            Requirement(field: field, value: value, isEqual: false)
        }
    }

    /// What must hold, in the order given.
    public var requirements: [Requirement]

    /// Objects for which all of these hold: `FieldSelector(.equals("spec.nodeName", "n1"))`. None select everything.
    public init(_ requirements: Requirement...) { self.requirements = requirements }

    /// Objects for which all of these hold. None select everything.
    public init(requirements: [Requirement]) { self.requirements = requirements }

    /// The one object of this name.
    public static func name(_ name: String) -> FieldSelector { FieldSelector(.equals("metadata.name", name)) }

    /// Whether every object is selected.
    public var isEmpty: Bool { requirements.isEmpty }

    /// Objects that both selectors select.
    public func and(_ other: FieldSelector) -> FieldSelector {
        FieldSelector(requirements: requirements + other.requirements)
    }
}

// MARK: - Matching

extension FieldSelector {
    /// Whether an object is selected whose fields `value` knows. A field that is missing counts as empty, as in Kubernetes.
    public func matches(_ value: (_ field: String) -> String?) -> Bool {
        requirements.allSatisfy { (value($0.field) ?? "" == $0.value) == $0.isEqual }
    }

    /// Whether an object is selected: strings as they are, numbers and booleans as JSON writes them. A field that is missing, or that is an
    /// object or an array, counts as empty.
    public func matches(_ object: JSONValue) -> Bool {
        matches { field in
            var value: JSONValue? = object
            for name in field.split(separator: ".") { value = value?[String(name)] }
            return switch value {
            case .string(let text): text
            case .number(let number): number.text
            case .bool(let bool): bool ? "true" : "false"
            case .null, .array, .object, nil: nil
            }
        }
    }
}
