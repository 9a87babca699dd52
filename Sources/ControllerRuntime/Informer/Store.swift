// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HashTreeCollections
public import KubernetesMeta

/// The objects of one kind, as the server had them at `revision`, with indexes.
///
/// It is filled by one watch of all namespaces, or by one for each of some namespaces: then each namespace is at a revision of its own.
///
/// A value: a copy is a snapshot, costs nothing to take and shares memory with the store it was taken from, which goes on changing in tree
/// nodes of its own.
public struct Store<R: Resource>: Sendable {
    /// Objects by name.
    private var objects: TreeDictionary<ObjectKey, Boxed<R>> = [:]
    private var indexes: [String: StoreIndex<R>]
    /// The revision of each part: of a namespace, or nil for all. Empty before the first list.
    private var revisions: [String?: String]

    /// An empty store.
    ///
    /// - Parameter indexes: For each index its name and the values under which it files an object.
    public init(indexes: [String: @Sendable (R) -> [String]] = [:]) {
        self.init(indexes: indexes, namespaces: nil)
    }

    /// An empty store of these namespaces; nil for all in one.
    package init(indexes: [String: @Sendable (R) -> [String]] = [:], namespaces: Set<String>?) {
        revisions = namespaces.map { Dictionary(uniqueKeysWithValues: $0.map { ($0, "") }) } ?? [nil: ""]
        self.indexes = indexes.mapValues { StoreIndex(values: $0) }
        self.indexes[Self.namespaceIndex] = StoreIndex { $0.metadata.namespace.map { [$0] } ?? [] }
    }

    /// The revision up to which the server's changes are in here; empty before the first list. With several namespaces, the oldest of theirs.
    public var revision: String {
        revisions.values.min { lhs, rhs in
            if lhs.isEmpty || rhs.isEmpty { return lhs.isEmpty && !rhs.isEmpty }
            return ResourceRevision.isAtLeast(lhs, rhs) == false
        } ?? ""
    }

    /// The namespaces that are followed one by one, or nil alone for all.
    var parts: [String?] { Array(revisions.keys) }

    /// How many objects there are.
    public var count: Int { objects.count }

    /// How many objects of a namespace there are.
    public func count(namespace: String) -> Int { indexes[Self.namespaceIndex]?.keys(of: namespace).count ?? 0 }

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

    /// The stored object, when it is the same object in the same version.
    func same(as object: R) -> R? {
        guard let stored = objects[ObjectKey(object)]?.value, Self.isSame(object, stored) else { return nil }
        return stored
    }

    /// At most so many objects, those that come first in the tree.
    func anyObjects(_ count: Int) -> some Sequence<R> { objects.values.prefix(count).map(\.value) }

    /// How many indexes there are, that of namespaces included.
    var indexCount: Int { indexes.count }

    /// The names of the indexes.
    public var indexNames: [String] { indexes.keys.filter { $0 != Self.namespaceIndex }.sorted() }

    /// The objects that all of these hold for, in no order.
    ///
    /// - Parameters:
    ///   - namespace: Of this namespace; nil for all.
    ///   - labels: With such labels; nil for any.
    ///   - matches: For each of these indexes, filed under this value. An index that the store does not have files nothing.
    public func list(namespace: String?, labels: LabelSelector?, matching matches: [String: String] = [:]) -> [R] {
        var sets = matches.map { indexes[$0.key]?.keys(of: $0.value) ?? [] }
        if let namespace { sets.append(indexes[Self.namespaceIndex]?.keys(of: namespace) ?? []) }
        sets.sort { $0.count < $1.count }
        let isSelected = { (object: R) in labels.map { $0.matches(object.metadata.labels ?? [:]) } ?? true }
        guard let smallest = sets.first else { return objects.values.map(\.value).filter(isSelected) }
        let others = sets.dropFirst()
        return smallest.compactMap { key in
            others.allSatisfy { $0.contains(key) } ? objects[key]?.value : nil
        }.filter(isSelected)
    }

    /// Whether all changes up to `revision` are in here: not before the first list; true also when the two cannot be compared, and for a
    /// namespace that is not followed, of which nothing will come.
    ///
    /// - Parameter namespace: Only the changes in this namespace; nil for all.
    public func hasCaughtUp(to revision: String, in namespace: String? = nil) -> Bool {
        let reached: String
        if let all = revisions[nil] {
            reached = all
        } else if let namespace {
            guard let own = revisions[namespace] else { return true }
            reached = own
        } else {
            reached = self.revision
        }
        return !reached.isEmpty && ResourceRevision.isAtLeast(reached, revision) != false
    }

    /// Whether the object of this key and uid is gone or being deleted: not before the store holds all changes up to `revision`, one of the
    /// object's own, since an object that has not come yet is missing as well.
    public func hasSeenDeletion(of key: ObjectKey, uid: String, after revision: String) -> Bool {
        guard hasCaughtUp(to: revision, in: key.namespace) else { return false }
        guard let present = get(key), present.metadata.uid == uid else { return true }
        return present.metadata.isBeingDeleted
    }

    // MARK: Changing

    /// Files all objects under a further index. False when there is one of that name.
    mutating func addIndex(_ name: String, values: @escaping @Sendable (R) -> [String]) -> Bool {
        guard indexes[name] == nil else { return false }
        var index = StoreIndex(values: values)
        for (key, box) in objects { index.update(old: nil, new: box.value, key: key) }
        indexes[name] = index
        return true
    }

    /// Takes in an ADDED or MODIFIED object. Nil when it changes nothing: the store has this version, or a newer one.
    ///
    /// - Parameter part: The namespace whose watch says so; nil for the watch of all.
    package mutating func update(_ object: R, part: String? = nil) -> ObjectChange<R>? {
        let key = ObjectKey(object)
        let old = objects[key]?.value
        advance(to: object.metadata.resourceVersion, part: part)
        if let old, Self.isSameOrOlder(object, than: old) { return nil }
        put(object, old: old, at: key)
        return ObjectChange(key: key, old: old, new: object)
    }

    /// Takes in a DELETED object. Nil when it changes nothing: the store has no such object, or a newer one.
    package mutating func remove(_ object: R, part: String? = nil) -> ObjectChange<R>? {
        let key = ObjectKey(object)
        advance(to: object.metadata.resourceVersion, part: part)
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
        take(old, at: key)
        // The event's object is the last state before the deletion and so newer than what was stored.
        return ObjectChange(key: key, old: object, new: nil)
    }

    /// Takes in a complete list. What is not in it is gone. Returns what is different from before, the deletions first.
    ///
    /// - Parameter part: The namespace whose list it is; nil for the list of all.
    package mutating func replace(with list: [R], revision: String, part: String? = nil) -> [ObjectChange<R>] {
        var gone = objects(of: part)
        for object in list { gone.removeValue(forKey: ObjectKey(object)) }
        var changes: [ObjectChange<R>] = []
        for (key, box) in gone {
            take(box.value, at: key)
            changes.append(ObjectChange(key: key, old: box.value, new: nil))
        }
        for object in list {
            let key = ObjectKey(object)
            let old = objects[key]?.value
            if let old, Self.isSame(object, old) { continue }
            put(object, old: old, at: key)
            changes.append(ObjectChange(key: key, old: old, new: object))
        }
        revisions[part] = revision
        return changes
    }

    /// Begins to follow a namespace.
    mutating func addPart(_ namespace: String) { revisions[namespace] = revisions[namespace] ?? "" }

    /// Follows a namespace no longer: its objects are gone, as far as the store is concerned.
    mutating func removePart(_ namespace: String) -> [ObjectChange<R>] {
        let changes = replace(with: [], revision: "", part: namespace)
        revisions.removeValue(forKey: namespace)
        return changes
    }

    /// Whether objects of the namespace are followed.
    func follows(_ namespace: String) -> Bool { revisions[nil] != nil || revisions[namespace] != nil }

    /// Takes in a bookmark: nothing has changed up to `revision` but what is here.
    package mutating func advance(to revision: String?, part: String? = nil) {
        guard let revision, !revision.isEmpty else { return }
        if ResourceRevision.isAtLeast(revisions[part] ?? "", revision) == true { return }
        revisions[part] = revision
    }

    private func objects(of part: String?) -> TreeDictionary<ObjectKey, Boxed<R>> {
        guard let part else { return objects }
        let keys = indexes[Self.namespaceIndex]?.keys(of: part) ?? []
        return TreeDictionary(uniqueKeysWithValues: keys.compactMap { key in objects[key].map { (key, $0) } })
    }

    private mutating func put(_ object: R, old: R?, at key: ObjectKey) {
        objects[key] = Boxed(object)
        for name in indexes.keys { indexes[name]?.update(old: old, new: object, key: key) }
    }

    private mutating func take(_ object: R, at key: ObjectKey) {
        objects.removeValue(forKey: key)
        for name in indexes.keys { indexes[name]?.remove(object, key: key) }
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
