// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Who owns whom: what garbage collection decides from. Pure.
struct OwnerGraph: Sendable {
    /// What has to be done about one object.
    enum Action: Sendable, Hashable {
        /// No owner is left.
        case delete(StorageKey, uid: String, isForeground: Bool)
        /// Some owners are gone, others stay: the references to those that are gone are taken away.
        case dropOwners(StorageKey, uids: Set<String>)
        /// The object waited for its dependents, and has none that hold it any more.
        case dropFinalizer(StorageKey, String)
    }

    private struct Node: Sendable {
        var key: StorageKey
        var owners: [OwnerReference]
        var isTerminating: Bool
        var finalizers: [String]

        var waitsForDependents: Bool { isTerminating && finalizers.contains("foregroundDeletion") }
        var orphansDependents: Bool { isTerminating && finalizers.contains("orphan") }
    }

    private var nodes: [String: Node] = [:]
    private var dependents: [String: Set<String>] = [:]

    /// Takes the new state of an object in.
    ///
    /// - Returns: The UIDs of objects to look at.
    mutating func update(_ change: StoreChange) -> Set<String> {
        guard let entry = change.entry else { return change.previous.map { remove($0.parts.uid) } ?? [] }
        var affected: Set<String> = []
        if let previous = change.previous, previous.parts.uid != entry.parts.uid { affected = remove(previous.parts.uid) }
        return affected.union(insert(entry))
    }

    /// Takes an object in.
    mutating func insert(_ entry: ObjectEntry) -> Set<String> {
        let uid = entry.parts.uid
        let old = nodes[uid]
        for owner in old?.owners ?? [] { dependents[owner.uid]?.remove(uid) }
        let node = Node(
            key: entry.key,
            owners: entry.parts.owners,
            isTerminating: entry.parts.isTerminating,
            finalizers: entry.parts.finalizers
        )
        nodes[uid] = node
        for owner in node.owners { dependents[owner.uid, default: []].insert(uid) }
        // Owners that wait for this object look again; its dependents do when it begins to go.
        var affected: Set<String> = [uid]
        affected.formUnion((old?.owners ?? []).map(\.uid))
        affected.formUnion(node.owners.map(\.uid))
        if node.isTerminating { affected.formUnion(dependents[uid] ?? []) }
        return affected.filter { nodes[$0].map { !$0.owners.isEmpty || $0.isTerminating } ?? false }
    }

    private mutating func remove(_ uid: String) -> Set<String> {
        guard let node = nodes.removeValue(forKey: uid) else { return [] }
        for owner in node.owners {
            dependents[owner.uid]?.remove(uid)
            if dependents[owner.uid]?.isEmpty == true { dependents[owner.uid] = nil }
        }
        return (dependents[uid] ?? []).union(node.owners.map(\.uid))
    }

    /// All objects that may need something.
    var candidates: Set<String> { Set(nodes.filter { !$0.value.owners.isEmpty || $0.value.isTerminating }.keys) }

    /// What has to be done about an object now.
    ///
    /// - Parameter resolve: The resource of an owner's kind, and whether it has namespaces; nil for a kind that is not served, whose
    ///   objects may come back.
    func actions(_ uid: String, resolve: (OwnerReference) -> (id: ResourceID, isNamespaced: Bool)?) -> [Action] {
        guard let node = nodes[uid] else { return [] }
        if node.orphansDependents { return orphan(uid, node) }
        if node.waitsForDependents { return waitForDependents(uid, node, resolve: resolve) }
        if node.isTerminating { return [] }
        return collect(uid, node, resolve: resolve)
    }

    private func orphan(_ uid: String, _ node: Node) -> [Action] {
        let dependents = existingDependents(uid)
        guard dependents.isEmpty else { return dependents.map { .dropOwners($0.node.key, uids: [uid]) } }
        return [.dropFinalizer(node.key, "orphan")]
    }

    private func waitForDependents(
        _ uid: String,
        _ node: Node,
        resolve: (OwnerReference) -> (id: ResourceID, isNamespaced: Bool)?
    ) -> [Action] {
        let dependents = existingDependents(uid)
        var actions = dependents.flatMap { $0.node.isTerminating ? [] : collect($0.uid, $0.node, resolve: resolve) }
        let isHeld = dependents.contains { dependent in
            dependent.node.owners.contains { $0.uid == uid && $0.blocksOwnerDeletion }
        }
        if !isHeld { actions.append(.dropFinalizer(node.key, "foregroundDeletion")) }
        return actions
    }

    private func collect(
        _ uid: String,
        _ node: Node,
        resolve: (OwnerReference) -> (id: ResourceID, isNamespaced: Bool)?
    ) -> [Action] {
        guard !node.owners.isEmpty else { return [] }
        var solid = 0
        var waiting: Set<String> = []
        var absent: Set<String> = []
        for reference in node.owners {
            guard let target = resolve(reference) else { return [] }
            // An object without a namespace cannot be owned by one that has one.
            if target.isNamespaced, node.key.namespace.isEmpty { return [] }
            let expected = StorageKey(
                group: target.id.group,
                resource: target.id.resource,
                namespace: target.isNamespaced ? node.key.namespace : "",
                name: reference.name
            )
            switch nodes[reference.uid] {
            case let owner? where owner.key == expected && owner.waitsForDependents: waiting.insert(reference.uid)
            case let owner? where owner.key == expected: solid += 1
            default: absent.insert(reference.uid)
            }
        }
        if solid > 0 {
            let gone = absent.union(waiting)
            return gone.isEmpty ? [] : [.dropOwners(node.key, uids: gone)]
        }
        let hasDependents = !existingDependents(uid).isEmpty
        return [.delete(node.key, uid: uid, isForeground: !waiting.isEmpty && hasDependents)]
    }

    private func existingDependents(_ uid: String) -> [(uid: String, node: Node)] {
        (dependents[uid] ?? []).sorted().compactMap { dependent in nodes[dependent].map { (dependent, $0) } }
    }
}
