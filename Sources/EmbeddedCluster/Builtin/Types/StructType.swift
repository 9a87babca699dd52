// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// One Go struct of the Kubernetes API: its fields by their JSON names.
struct StructType: Sendable {
    /// The name of the definition, e.g. `io.k8s.api.core.v1.PodSpec`.
    let name: String
    let fields: [String: StructField]
    /// Names of the fields that are present in every encoded value, in alphabetical order.
    let alwaysPresent: [String]

    init(name: String, fields: [String: StructField]) {
        self.name = name
        self.fields = fields
        alwaysPresent = fields.values.filter { $0.presence.zero != nil }.map(\.name).sorted()
    }

    /// The last part of the name, which is that of the Go struct.
    var goName: String { String(name.split(separator: ".").last ?? "") }
}

/// A field of a StructType.
struct StructField: Sendable {
    let name: String
    let type: FieldType
    /// How Go's error messages name the type: that of type unless Go gave it a name of its own.
    let goType: String
    let presence: FieldPresence
    /// The key by which strategic merge patches match elements of this list.
    let mergeKey: String?
    /// E.g. `merge`, `replace`, `retainKeys`.
    let patchStrategies: [String]
}

/// Whether Go encodes a field that holds nothing; OpenAPI does not say it, so GoFields adds what is known.
enum FieldPresence: Sendable, Hashable {
    /// `omitempty` on a value: empty strings, lists and maps, `false` and 0 are left out.
    case omittedWhenEmpty
    /// A pointer: present when it was given.
    case omittedWhenAbsent
    /// No `omitempty`: this value stands for nothing.
    case always(JSONValue)

    var zero: JSONValue? { if case .always(let value) = self { value } else { nil } }
}
