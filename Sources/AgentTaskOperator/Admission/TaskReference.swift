// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI

/// An object beside the task whose content the program gets to see.
struct TaskReference: Sendable, Hashable {
    enum Kind: String, Sendable {
        case configMap = "ConfigMap"
        case secret = "Secret"

        var plural: String {
            switch self {
            case .configMap: "configmaps"
            case .secret: "secrets"
            }
        }
    }

    let kind: Kind
    /// The object, in the task's namespace.
    let name: String
    /// The field that names it.
    let field: String

    /// Every reference of a task, in the order of its fields.
    static func all(of spec: AgentTaskSpec) -> [TaskReference] {
        let code = spec.code.configMapRef.map {
            TaskReference(kind: .configMap, name: $0.name, field: "spec.code.configMapRef")
        }
        let variables = (spec.env ?? []).compactMap { variable in
            variable.valueFrom?.secretKeyRef.map {
                TaskReference(kind: .secret, name: $0.name, field: "spec.env[\(variable.name)]")
            }
        }
        return [code].compactMap { $0 } + variables
    }
}
