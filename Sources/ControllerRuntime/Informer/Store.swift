// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HashTreeCollections
public import KubernetesMeta

/// The objects of one kind, as the server had them at `revision`, with indexes.
///
/// A value: a copy is a snapshot, costs nothing to take and shares memory with the store it was taken from, which goes on changing in tree
/// nodes of its own.
public struct Store<R: Resource>: Sendable {
    /// Objects by name.
    private var objects: TreeDictionary<ObjectKey, Boxed<R>> = [:]
    private var indexes: [String: StoreIndex<R>]
    /// The revision up to which the server's changes are in here; empty before the first list.
    public private(set) var revision = ""

    /// An empty store.
    ///
    /// - Parameter indexes: For each index its name and the values under which it files an object.
    public init(indexes: [String: @Sendable (R) -> [String]] = [:]) {
        self.indexes = indexes.mapValues { StoreIndex(values: $0) }
        self.indexes[Self.namespaceIndex] = StoreIndex { $0.metadata.namespace.map { [$0] } ?? [] }
    }

    /// How many objects there are.
    public var count: Int { objects.count }

    /// All keys, in no order.
    public var keys: some Sequence<ObjectKey> { objects.keys }

    /// The object named `key`.
    public func get(_ key: ObjectKey) -> R? { objects[key]?.value }

    /// All objects, in no order.
    public func list() -> [R] { objects.values.map(\.value) }

    /// The objects of a namespace.
    public func list(namespace: String) -> [R] { list(index: Self.namespaceIndex, value: namespace) }

    /// The objects that `index` files under `value`. Empty when there is no such index: `hasIndex` tells.
    public func list(index: String, value: String) -> [R] {
        (indexes[index]?.keys(of: value) ?? []).compactMap { objects[$0]?.value }
    }

    /// Whether the store has the index.
    public func hasIndex(_ name: String) -> Bool { indexes[name] != nil }

    /// Whether all changes up to `revision` are in here: not before the first list; true also when the two cannot be compared.
    public func hasCaughtUp(to revision: String) -> Bool {
        !self.revision.isEmpty && ResourceRevision.isAtLeast(self.revision, revision) != false
    }

    // MARK: Changing

    /// Takes in an ADDED or MODIFIED object. Nil when it changes nothing: the store has this version, or a newer one.
    package mutating func update(_ object: R) -> ObjectChange<R>? {
        let key = ObjectKey(object)
        let old = objects[key]?.value
        advance(to: object.metadata.resourceVersion)
        if let old, Self.isSameOrOlder(object, than: old) { return nil }
        put(object, old: old, at: key)
        return ObjectChange(key: key, old: old, new: object)
    }

    /// Takes in a DELETED object. Nil when it changes nothing: the store has no such object, or a newer one.
    package mutating func remove(_ object: R) -> ObjectChange<R>? {
        let key = ObjectKey(object)
        advance(to: object.metadata.resourceVersion)
        guard let old = objects[key]?.value else { return nil }
        // The revision of a DELETED event is that of the deletion, so an equal one is a deletion too.
        if let isStillNewer = ResourceRevision.isAtLeast(
            object.metadata.resourceVersion ?? "",
            old.metadata.resourceVersion ?? ""
        ),
            !isStillNewer
        {
            return nil
        }
        objects.removeValue(forKey: key)
        for name in indexes.keys { indexes[name]?.remove(old, key: key) }
        // The event's object is the last state before the deletion and so newer than what was stored.
        return ObjectChange(key: key, old: object, new: nil)
    }

    /// Takes in a complete list. What is not in it is gone. Returns what is different from before.
    package mutating func replace(with list: [R], revision: String) -> [ObjectChange<R>] {
        var changes: [ObjectChange<R>] = []
        var gone = objects
        for object in list {
            let key = ObjectKey(object)
            let old = objects[key]?.value
            gone.removeValue(forKey: key)
            if let old, Self.isSame(object, old) { continue }
            put(object, old: old, at: key)
            changes.append(ObjectChange(key: key, old: old, new: object))
        }
        for (key, box) in gone {
            objects.removeValue(forKey: key)
            for name in indexes.keys { indexes[name]?.remove(box.value, key: key) }
            changes.append(ObjectChange(key: key, old: box.value, new: nil))
        }
        self.revision = revision
        return changes
    }

    /// Takes in a bookmark: nothing has changed up to `revision` but what is here.
    package mutating func advance(to revision: String?) {
        guard let revision, !revision.isEmpty else { return }
        if ResourceRevision.isAtLeast(self.revision, revision) == true { return }
        self.revision = revision
    }

    private mutating func put(_ object: R, old: R?, at key: ObjectKey) {
        objects[key] = Boxed(object)
        for name in indexes.keys { indexes[name]?.update(old: old, new: object, key: key) }
    }

    private static func isSame(_ lhs: R, _ rhs: R) -> Bool {
        lhs.metadata.resourceVersion == rhs.metadata.resourceVersion && lhs.metadata.uid == rhs.metadata.uid
            && lhs.metadata.resourceVersion != nil
    }

    private static func isSameOrOlder(_ object: R, than stored: R) -> Bool {
        if isSame(object, stored) { return true }
        return ResourceRevision.isAtLeast(stored.metadata.resourceVersion ?? "", object.metadata.resourceVersion ?? "") == true
    }

    private static var namespaceIndex: String { "metadata.namespace" }
}
