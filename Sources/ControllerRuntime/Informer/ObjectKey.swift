// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Names an object of a kind: namespace and name. A cluster-scoped object has no namespace.
public struct ObjectKey: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The namespace; nil for a cluster-scoped object.
    public var namespace: String?
    /// The name.
    public var name: String

    /// A key of these parts; an empty namespace is none.
    public init(namespace: String? = nil, name: String) {
        self.namespace = namespace?.isEmpty == true ? nil : namespace
        self.name = name
    }

    /// `namespace/name`, or `name`.
    public var description: String { namespace.map { "\($0)/\(name)" } ?? name }

    /// By namespace, then name.
    public static func < (lhs: ObjectKey, rhs: ObjectKey) -> Bool {
        (lhs.namespace ?? "", lhs.name) < (rhs.namespace ?? "", rhs.name)
    }
}
