// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

extension Informer: DebugInspectable {
    /// The informer's name.
    public var debugName: String { name }

    /// What is followed, and what the store holds of each namespace.
    public func debugSnapshot(limit: Int) -> JSONValue {
        let store = snapshot()
        var document: JSONValue = [
            "scope": .string(namespaces.description),
            "objects": .int(store.count),
            "estimatedBytes": .int(store.estimatedBytes()),
            "revision": .string(store.revision),
            "indexes": .array(store.indexNames.map { .string($0) }),
        ]
        let parts = store.parts.compactMap { $0 }.sorted()
        guard !parts.isEmpty || namespaces != .all else { return document }
        document["namespaces"] = .object(JSONObject(parts.prefix(limit).map { ($0, .int(store.count(namespace: $0))) }))
        if parts.count > limit { document["namespacesLeftOut"] = .int(parts.count - limit) }
        return document
    }
}
