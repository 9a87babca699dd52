// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// What strategic merge patches need to know of a Go struct: how each of its members merges.
package protocol StrategicMergeSchema: Sendable {
    /// How the member `name` merges; nil when the struct has no such member, which then merges as ``StrategicMergeField/plain``.
    func field(_ name: String) -> StrategicMergeField?
}

/// How one member merges: its `x-kubernetes-patch-strategy` and `x-kubernetes-patch-merge-key`.
package struct StrategicMergeField: Sendable {
    /// The strategies, e.g. `merge`, `replace`, `retainKeys`.
    package var strategies: [String]
    /// The key that identifies elements of a list of objects; nil for other members.
    package var mergeKey: String?
    /// The struct that the member, or each element of its list, is; nil for scalars and for maps with free keys.
    package var schema: (any StrategicMergeSchema)?

    package init(strategies: [String] = [], mergeKey: String? = nil, schema: (any StrategicMergeSchema)? = nil) {
        self.strategies = strategies
        self.mergeKey = mergeKey
        self.schema = schema
    }

    /// Objects merge member by member, lists are replaced.
    package static let plain = StrategicMergeField()

    var mergesList: Bool { strategies.contains("merge") }
    var replacesMap: Bool { strategies.contains("replace") }
}
