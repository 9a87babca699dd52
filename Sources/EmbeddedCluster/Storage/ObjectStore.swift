// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
package import KubernetesJSON

/// A change that a request wants, with what must still hold when it is made.
package struct PendingWrite: Sendable {
    package enum Expectation: Sendable {
        /// There is no such object.
        case absent
        /// The object has this modRevision.
        case revision(UInt64)
    }

    package var key: StorageKey
    package var expectation: Expectation
    /// The object after the change; nil deletes it.
    package var object: EncodedObject?
    /// Refuse when the object's namespace is missing or being deleted.
    package var needsActiveNamespace: Bool

    package init(key: StorageKey, expectation: Expectation, object: EncodedObject?, needsActiveNamespace: Bool = false) {
        self.key = key
        self.expectation = expectation
        self.object = object
        self.needsActiveNamespace = needsActiveNamespace
    }
}

/// Why a write was not made. Nothing has changed.
package enum CommitError: Error {
    /// The object is not as the request had seen it: look again and decide anew.
    case outdated
    case storage(StorageError)
}

/// The one place where objects change. Writers come one after the other through the actor; readers never wait for them.
///
/// A change is durable before anyone can see it: `commit` first writes to the ``Storage``, then to the state, then tells the watches.
package actor ObjectStore {
    private let storage: any Storage
    private let state: Locked<StoreState>
    private let observer: @Sendable (StoreChange) -> Void
    private var feeds = WatchFeedIndex()
    private var isClosed = false

    /// Takes everything from the storage.
    ///
    /// - Parameters:
    ///   - seed: The objects of a cluster whose storage is empty.
    ///   - observer: Called with every change, in order, before it can be seen; and once at the start for each object.
    ///   - fields: The kind's own selectable fields of a stored object.
    package init(
        storage: any Storage,
        limit: HistoryLimit,
        fields: @escaping (StorageKey, JSONValue) -> [String: String],
        seed: () -> [(key: StorageKey, object: EncodedObject)],
        observer: @escaping @Sendable (StoreChange) -> Void
    ) throws(StorageError) {
        self.storage = storage
        self.observer = observer
        let snapshot = try storage.load()
        var state = StoreState(revision: snapshot.revision, compactedRevision: snapshot.compactedRevision, limit: limit)
        let loader = StoredObjectLoader(fields: fields)
        // Definitions of custom kinds come first, because the fields of their objects depend on them.
        let kinds = snapshot.objects.filter { $0.key.resourceID == CustomResourceController.definitions }
        let others = snapshot.objects.filter { $0.key.resourceID != CustomResourceController.definitions }
        for object in kinds + others {
            let entry = try loader.entry(
                object.key,
                object.value,
                createRevision: object.createRevision,
                modRevision: object.modRevision
            )
            state.load(entry)
            observer(StoreChange(revision: object.modRevision, entry: entry, previous: nil, key: object.key))
        }
        for change in snapshot.changes { state.loadHistory(try loader.change(change)) }
        if snapshot.revision == 0 { try Self.plant(seed(), in: &state, storage: storage, observer: observer) }
        self.state = Locked(state)
    }

    /// Creates the first objects. They have no history: a watch cannot begin before them.
    private static func plant(
        _ seed: [(key: StorageKey, object: EncodedObject)],
        in state: inout StoreState,
        storage: any Storage,
        observer: (StoreChange) -> Void
    ) throws(StorageError) {
        var changes: [StoreChange] = []
        for (key, object) in seed {
            let revision = UInt64(changes.count) + 1
            let entry = ObjectEntry(key: key, encoded: object, createRevision: revision, modRevision: revision)
            changes.append(StoreChange(revision: revision, entry: entry, previous: nil, key: key))
        }
        try storage.commit(changes.map(\.stored))
        for change in changes {
            observer(change)
            _ = state.apply(change)
        }
        state.compact()
        try storage.compact(upTo: state.revision)
    }

    // MARK: Reading

    /// The current state of one object.
    package nonisolated func entry(_ key: StorageKey) -> ObjectEntry? { state.withLock { $0.entry(key) } }

    /// Reads the state. `body` must be short: writers wait for it.
    package nonisolated func read<Result: Sendable>(_ body: (borrowing StoreState) -> Result) -> Result {
        state.withLock { state in body(state) }
    }

    /// The revision of the last change.
    package nonisolated var revision: UInt64 { state.withLock { $0.revision } }

    // MARK: Writing

    /// Makes all changes or none.
    ///
    /// - Returns: The new entries in the order of the writes, nil for deletions.
    package func commit(_ writes: [PendingWrite]) throws(CommitError) -> [ObjectEntry?] {
        let base = revision
        var changes: [StoreChange] = []
        for write in writes {
            let current = entry(write.key)
            switch (write.expectation, current) {
            case (.absent, nil): break
            case (.revision(let expected), let current?) where current.modRevision == expected: break
            default: throw .outdated
            }
            if write.needsActiveNamespace, !isActive(namespace: write.key.namespace) { throw .outdated }
            if write.object == nil, write.key.isNamespace, !read({ $0.isEmpty(namespace: write.key.name) }) { throw .outdated }
            let revision = base + UInt64(changes.count) + 1
            let new = write.object.map {
                ObjectEntry(
                    key: write.key,
                    encoded: $0,
                    createRevision: current?.createRevision ?? revision,
                    modRevision: revision
                )
            }
            changes.append(StoreChange(revision: revision, entry: new, previous: current, key: write.key))
        }
        try persist(changes)
        publish(changes)
        return changes.map(\.entry)
    }

    private func persist(_ changes: [StoreChange]) throws(CommitError) {
        do throws(StorageError) {
            guard !isClosed else { throw StorageError(code: .unavailable, message: "the cluster has been shut down") }
            try storage.commit(changes.map(\.stored))
        } catch {
            throw .storage(error)
        }
    }

    private func publish(_ changes: [StoreChange]) {
        var dropped: UInt64?
        for change in changes {
            observer(change)
            if let revision = state.withLock({ $0.apply(change) }) { dropped = revision }
            feeds.publish(change)
        }
        if let dropped, dropped >= lastCompaction + Self.compactionStep { compactStorage(upTo: dropped) }
    }

    /// History is dropped from memory change by change, from the storage in steps.
    private static let compactionStep: UInt64 = 1000
    private var lastCompaction: UInt64 = 0

    private func compactStorage(upTo revision: UInt64) {
        // What a failed compaction leaves behind goes with the next one; the objects are not concerned.
        do throws(StorageError) {
            try storage.compact(upTo: revision)
            lastCompaction = revision
        } catch {
            lastCompaction = revision
        }
    }

    /// Forgets all history, as if the store had been started now.
    package func compact() throws(StorageError) {
        state.withLock { $0.compact() }
        try storage.compact(upTo: revision)
    }

    private func isActive(namespace: String) -> Bool {
        entry(.namespace(namespace)).map { !$0.parts.isTerminating } ?? false
    }

    // MARK: Watching

    /// Opens a feed of changes that begins exactly where the returned entries, or `revision`, end.
    ///
    /// - Parameters:
    ///   - revision: The last revision that the caller has seen; nil begins with the current state.
    ///   - includingState: Whether the caller wants the current entries.
    package func watch(
        _ scope: WatchScope,
        after revision: UInt64?,
        includingState: Bool,
        capacity: Int
    ) throws(WatchStartError) -> WatchStart {
        let feed = WatchFeed(capacity: capacity)
        let current = self.revision
        var entries: [ObjectEntry] = []
        if includingState, let id = scope.resource { entries = read { $0.entries(id, namespace: scope.namespace) } }
        if let revision, !includingState, revision < current {
            let missed = read { $0.changes(after: revision, in: scope) }
            guard let missed else { throw .expired(oldest: read { $0.compactedRevision } + 1) }
            feed.preload(missed)
        }
        if isClosed { feed.end() } else { feeds.add(feed, scope: scope) }
        return WatchStart(feed: feed, entries: entries, revision: current)
    }

    /// Whether `close` was called.
    package var isShutDown: Bool { isClosed }

    /// Ends all watches and closes the storage. Later writes fail.
    package func close() {
        guard !isClosed else { return }
        isClosed = true
        feeds.endAll()
        storage.close()
    }
}

extension StoreChange {
    /// The change as it is stored.
    var stored: StoredChange {
        StoredChange(
            revision: revision,
            key: key,
            value: entry?.storedBytes,
            previous: previous?.storedBytes,
            createRevision: (entry ?? previous)?.createRevision ?? revision
        )
    }
}

extension StorageKey {
    /// The key of a namespace.
    package static func namespace(_ name: String) -> StorageKey { StorageKey(group: "", resource: "namespaces", name: name) }

    var isNamespace: Bool { group.isEmpty && resource == "namespaces" }
}
