// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// The Swift type of a field.
indirect enum SwiftType: Sendable {
    /// Any JSON.
    case any
    /// A standard type, by name, and the source of its zero value.
    case scalar(String, zero: String)
    /// A hand-written type of another module.
    case value(String, module: String, zero: String)
    /// `Time` or `MicroTime`: never required, because a zero time is `null` in JSON.
    case time(String)
    /// A generated struct, by the name of its definition.
    case structure(definition: String)
    case array(SwiftType)
    case map(SwiftType)

    /// Definitions that the type refers to.
    var references: [String] {
        switch self {
        case .structure(let definition): [definition]
        case .array(let element), .map(let element): element.references
        case .any, .scalar, .value, .time: []
        }
    }

    /// The modules whose names a declaration with this type mentions.
    var modules: [String] {
        switch self {
        case .any: ["KubernetesJSON"]
        case .scalar: []
        case .value(_, let module, _): [module]
        case .time: ["KubernetesMeta"]
        case .structure(let definition): Plan.targets.filter { definition.hasPrefix($0.prefix) }.map(\.name)
        case .array(let element), .map(let element): element.modules
        }
    }

    var isStructure: Bool { if case .structure = self { true } else { false } }
    var isString: Bool { if case .scalar("String", _) = self { true } else { false } }
    var isTime: Bool { if case .time = self { true } else { false } }
}
