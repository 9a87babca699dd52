// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HashTreeCollections
import KubernetesMeta

/// Keys by a value that is derived from the object.
struct StoreIndex<R: Resource>: Sendable {
    private let values: @Sendable (R) -> [String]
    private var entries: TreeDictionary<String, TreeSet<ObjectKey>> = [:]

    init(values: @escaping @Sendable (R) -> [String]) {
        self.values = values
    }

    /// The keys filed under `value`.
    func keys(of value: String) -> TreeSet<ObjectKey> { entries[value] ?? [] }

    /// Files the new object where it belongs and takes the old one away where it no longer does.
    mutating func update(old: R?, new: R, key: ObjectKey) {
        let newValues = Set(values(new))
        let oldValues = Set(old.map(values) ?? [])
        for value in oldValues where !newValues.contains(value) { remove(key, from: value) }
        for value in newValues where !oldValues.contains(value) { entries[value, default: []].insert(key) }
    }

    /// Takes the object away.
    mutating func remove(_ old: R, key: ObjectKey) {
        for value in values(old) { remove(key, from: value) }
    }

    private mutating func remove(_ key: ObjectKey, from value: String) {
        entries[value]?.remove(key)
        if entries[value]?.isEmpty == true { entries.removeValue(forKey: value) }
    }
}
