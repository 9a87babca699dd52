// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

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
