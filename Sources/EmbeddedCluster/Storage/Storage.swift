// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Where the cluster keeps its objects. The cluster holds everything in memory as well and reads the storage once, at the start.
///
/// Contract: all calls come from one actor, one after the other. `commit` is
/// all-or-nothing and durable when it returns; when it throws, nothing has changed and the cluster refuses the request.
public protocol Storage: Sendable {
    /// Everything that was committed and not compacted. Called once, before anything else.
    func load() throws(StorageError) -> StorageSnapshot

    /// Stores changes in ascending order of their revisions, each greater than any before.
    func commit(_ changes: [StoredChange]) throws(StorageError)

    /// Forgets the changes with `revision` and earlier ones (not the objects), because no watch can ask for them any more.
    func compact(upTo revision: UInt64) throws(StorageError)

    /// Nothing is called after this.
    func close()
}

/// What names an object in the storage, whatever version it is served in.
public struct StorageKey: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The API group, empty for the core group.
    public var group: String
    /// The plural name, e.g. `configmaps`.
    public var resource: String
    /// Empty for cluster-scoped objects.
    public var namespace: String
    /// The object's name.
    public var name: String

    /// A key.
    public init(group: String, resource: String, namespace: String = "", name: String) {
        self.group = group
        self.resource = resource
        self.namespace = namespace
        self.name = name
    }

    /// The order of lists: group, resource, namespace, name, by bytes.
    public static func < (lhs: StorageKey, rhs: StorageKey) -> Bool {
        if lhs.group != rhs.group { return lhs.group.utf8.lexicographicallyPrecedes(rhs.group.utf8) }
        if lhs.resource != rhs.resource { return lhs.resource.utf8.lexicographicallyPrecedes(rhs.resource.utf8) }
        if lhs.namespace != rhs.namespace { return lhs.namespace.utf8.lexicographicallyPrecedes(rhs.namespace.utf8) }
        return lhs.name.utf8.lexicographicallyPrecedes(rhs.name.utf8)
    }

    /// `group/resource/namespace/name`.
    public var description: String { "\(group)/\(resource)/\(namespace)/\(name)" }
}

/// The current state of one object.
public struct StoredObject: Sendable, Hashable {
    /// What names it.
    public var key: StorageKey
    /// The revision at which it was created.
    public var createRevision: UInt64
    /// The revision of its last change, which is its resourceVersion.
    public var modRevision: UInt64
    /// The object as JSON, without resourceVersion.
    public var value: [UInt8]

    /// An object.
    public init(key: StorageKey, createRevision: UInt64, modRevision: UInt64, value: [UInt8]) {
        self.key = key
        self.createRevision = createRevision
        self.modRevision = modRevision
        self.value = value
    }
}

/// One step of history.
public struct StoredChange: Sendable, Hashable {
    /// The revision that this change made.
    public var revision: UInt64
    /// The object.
    public var key: StorageKey
    /// The object after the change, nil when it was deleted.
    public var value: [UInt8]?
    /// The object before the change, nil when it was created.
    public var previous: [UInt8]?
    /// The revision at which the object was created; equal to `revision` for a creation.
    public var createRevision: UInt64

    /// A change.
    public init(revision: UInt64, key: StorageKey, value: [UInt8]?, previous: [UInt8]?, createRevision: UInt64) {
        self.revision = revision
        self.key = key
        self.value = value
        self.previous = previous
        self.createRevision = createRevision
    }
}

/// Everything that a storage holds.
public struct StorageSnapshot: Sendable, Hashable {
    /// The last revision given out; 0 for an empty storage.
    public var revision: UInt64
    /// Changes up to here are forgotten.
    public var compactedRevision: UInt64
    /// The objects, in any order.
    public var objects: [StoredObject]
    /// The changes after `compactedRevision`, ascending.
    public var changes: [StoredChange]

    /// A snapshot.
    public init(revision: UInt64 = 0, compactedRevision: UInt64 = 0, objects: [StoredObject] = [], changes: [StoredChange] = []) {
        self.revision = revision
        self.compactedRevision = compactedRevision
        self.objects = objects
        self.changes = changes
    }
}

/// Why a storage could not do what it was asked.
public struct StorageError: Error, Sendable, CustomStringConvertible {
    /// What went wrong, for code. Grows over time.
    public struct Code: Sendable, Hashable {
        private enum Value { case full, corrupt, locked, unavailable }
        private let value: Value

        private init(_ value: Value) { self.value = value }

        /// No space is left.
        public static let full = Code(.full)
        /// What is stored cannot be understood.
        public static let corrupt = Code(.corrupt)
        /// Another process uses the storage.
        public static let locked = Code(.locked)
        /// Reading or writing failed.
        public static let unavailable = Code(.unavailable)
    }

    /// What went wrong.
    public var code: Code
    /// The thing, what is wrong with it, and what to do.
    public var message: String
    /// The error below, if any.
    public var underlying: (any Error)?

    /// An error.
    public init(code: Code, message: String, underlying: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.underlying = underlying
    }

    /// The message.
    public var description: String { message }
}
