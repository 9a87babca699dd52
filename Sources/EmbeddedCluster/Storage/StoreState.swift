// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import DequeModule

/// The group and plural name that objects are kept under.
package struct ResourceID: Hashable, Sendable {
    package var group: String
    package var resource: String

    package init(group: String, resource: String) {
        self.group = group
        self.resource = resource
    }
}

extension StorageKey {
    package var resourceID: ResourceID { ResourceID(group: group, resource: resource) }
}

/// How much history is kept for watches and consistent paging.
public struct HistoryLimit: Sendable, Hashable {
    /// At most so many changes.
    public var changes: Int
    /// At most so many bytes of objects.
    public var bytes: Int

    /// A limit; by default 20,000 changes or 128 MiB.
    public init(changes: Int = 20_000, bytes: Int = 128 << 20) {
        self.changes = changes
        self.bytes = bytes
    }
}

/// The objects and their recent history: a pure value; ``ObjectStore`` guards it and makes it durable.
package struct StoreState: Sendable {
    /// The revision of the last change.
    package private(set) var revision: UInt64
    /// Changes up to here are no longer known.
    package private(set) var compactedRevision: UInt64
    private var tables: [ResourceID: [String: [ObjectEntry]]] = [:]
    private var log: Deque<StoreChange> = []
    private var logCost = 0
    private let limit: HistoryLimit

    package init(revision: UInt64 = 0, compactedRevision: UInt64 = 0, limit: HistoryLimit = HistoryLimit()) {
        self.revision = revision
        self.compactedRevision = compactedRevision
        self.limit = limit
    }

    // MARK: Reading

    /// The current state of one object.
    package func entry(_ key: StorageKey) -> ObjectEntry? {
        guard let entries = tables[key.resourceID]?[key.namespace] else { return nil }
        let index = Self.position(of: key.name, in: entries)
        return index < entries.count && entries[index].key.name == key.name ? entries[index] : nil
    }

    /// All objects of a resource in the order of lists, in one namespace or (nil) all.
    package func entries(_ id: ResourceID, namespace: String?) -> [ObjectEntry] {
        guard let table = tables[id] else { return [] }
        if let namespace { return table[namespace] ?? [] }
        if table.count == 1, let only = table.first { return only.value }
        // The order is that of the text `namespace/name`.
        return table.sorted { ($0.key + "/").utf8.lexicographicallyPrecedes(($1.key + "/").utf8) }.flatMap(\.value)
    }

    /// The objects as they were at a retained revision.
    package func entries(_ id: ResourceID, namespace: String?, at past: UInt64) -> [ObjectEntry] {
        guard past < revision else { return entries(id, namespace: namespace) }
        var old = StoreState()
        old.tables[id] = tables[id]
        for change in log.reversed() {
            guard change.revision > past else { break }
            guard change.key.resourceID == id else { continue }
            old.set(change.key, change.previous)
        }
        return old.entries(id, namespace: namespace)
    }

    /// The changes of a scope after `revision`, ascending; nil when they are no longer known.
    package func changes(after revision: UInt64, in scope: WatchScope) -> [StoreChange]? {
        guard revision >= compactedRevision else { return nil }
        var low = log.startIndex
        var high = log.endIndex
        while low < high {
            let middle = (low + high) / 2
            if log[middle].revision <= revision { low = middle + 1 } else { high = middle }
        }
        return log[low...].filter { scope.contains($0.key) }
    }

    /// Whether a namespace holds any object.
    package func isEmpty(namespace: String) -> Bool {
        tables.values.allSatisfy { $0[namespace]?.isEmpty ?? true }
    }

    /// The resources that hold objects.
    package var resources: [ResourceID] { Array(tables.keys) }

    // MARK: Changing

    /// Puts an object in without making history; for loading.
    package mutating func load(_ entry: ObjectEntry) { set(entry.key, entry) }

    /// Takes a change of the past in; for loading, ascending.
    package mutating func loadHistory(_ change: StoreChange) { append(change) }

    /// Applies a change, whose revision must be the next one. Returns the revision up to which history was dropped, if any was.
    package mutating func apply(_ change: StoreChange) -> UInt64? {
        precondition(change.revision == revision + 1, "changes are applied in order")
        revision = change.revision
        set(change.key, change.entry)
        append(change)
        return trim()
    }

    /// Forgets all history.
    package mutating func compact() {
        log.removeAll()
        logCost = 0
        compactedRevision = revision
    }

    private mutating func append(_ change: StoreChange) {
        log.append(change)
        logCost += change.cost
    }

    private mutating func trim() -> UInt64? {
        var dropped: UInt64?
        while log.count > limit.changes || (logCost > limit.bytes && log.count > 1) {
            let first = log.removeFirst()
            logCost -= first.cost
            dropped = first.revision
        }
        if let dropped { compactedRevision = dropped }
        return dropped
    }

    private mutating func set(_ key: StorageKey, _ entry: ObjectEntry?) {
        Self.set(key, entry, in: &tables[key.resourceID, default: [:]][key.namespace, default: []])
        if entry == nil, tables[key.resourceID]?[key.namespace]?.isEmpty == true {
            tables[key.resourceID]?[key.namespace] = nil
        }
    }

    private static func set(_ key: StorageKey, _ entry: ObjectEntry?, in entries: inout [ObjectEntry]) {
        let index = position(of: key.name, in: entries)
        let exists = index < entries.count && entries[index].key.name == key.name
        switch (entry, exists) {
        case (let entry?, true): entries[index] = entry
        case (let entry?, false): entries.insert(entry, at: index)
        case (nil, true): entries.remove(at: index)
        case (nil, false): break
        }
    }

    /// The index of the first entry whose name is not before `name`.
    private static func position(of name: String, in entries: [ObjectEntry]) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].key.name < name { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
