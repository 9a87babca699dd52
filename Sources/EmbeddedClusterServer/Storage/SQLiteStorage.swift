// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import EmbeddedCluster
import GRDB
import KubernetesClient

/// Keeps a cluster in an SQLite database: one file, with a write-ahead log beside it while it is open.
///
/// There is one connection; each group of changes is one transaction. Opening checks the whole database and takes a lock, so that a second
/// process is refused. Nothing is ever repaired or moved away here: a damaged database is left as it is and the error says what to do.
public final class SQLiteStorage: Storage {
    private let path: String
    private let queue: DatabaseQueue
    private let lock: FileLock

    /// Opens the database at `path`, which is made when it is not there.
    ///
    /// - Throws: ``StorageError``: `locked` when another process has it, `corrupt` when it is damaged or of another program, `unavailable`
    ///   when its format is newer than this program or the file cannot be opened.
    public convenience init(path: String, options: SQLiteOptions = SQLiteOptions()) throws(StorageError) {
        try self.init(path: path, options: options, maximumPages: options.maximumBytes.map { max(1, $0 / Self.pageSize) })
    }

    private init(path: String, options: SQLiteOptions, maximumPages: Int?) throws(StorageError) {
        self.path = path
        do {
            lock = try FileLock(path: path + ".lock")
        } catch  where error.code == .stateInUse {
            throw StorageError(
                code: .locked,
                message: "the database is in use: \(error.message); stop that process or choose another state directory",
                underlying: error
            )
        } catch {
            throw StorageError(code: .unavailable, message: error.message, underlying: error)
        }
        do {
            queue = try Self.open(path, options, maximumPages)
        } catch {
            lock.release()
            throw Self.storageError(error, path: path, doing: "open")
        }
    }

    /// Everything that is stored.
    ///
    /// - Throws: ``StorageError`` with the code `corrupt` when a value is not what was written.
    public func load() throws(StorageError) -> StorageSnapshot {
        do {
            return try queue.read { database in try Self.snapshot(database) }
        } catch {
            throw Self.storageError(error, path: path, doing: "read")
        }
    }

    /// Stores changes in one transaction: all, or on an error none.
    public func commit(_ changes: [StoredChange]) throws(StorageError) {
        guard let last = changes.last else { return }
        do {
            try queue.writeWithoutTransaction { database in
                try database.inTransaction(.immediate) {
                    for change in changes { try Self.write(change, to: database) }
                    try database.cachedStatement(sql: "UPDATE state SET revision = ?").execute(arguments: [Int64(last.revision)])
                    return .commit
                }
            }
        } catch {
            throw Self.storageError(error, path: path, doing: "write to")
        }
    }

    /// Forgets the changes up to `revision` and gives their space back.
    public func compact(upTo revision: UInt64) throws(StorageError) {
        do {
            try queue.writeWithoutTransaction { database in
                try database.inTransaction(.immediate) {
                    try database.execute(sql: "DELETE FROM changes WHERE revision <= ?", arguments: [Int64(revision)])
                    try database.execute(
                        sql: "UPDATE state SET compacted_revision = max(compacted_revision, ?)",
                        arguments: [Int64(revision)]
                    )
                    return .commit
                }
                try database.execute(sql: "PRAGMA incremental_vacuum")
            }
        } catch {
            throw Self.storageError(error, path: path, doing: "compact")
        }
    }

    /// Closes the database and gives the lock up.
    public func close() {
        do { try queue.close() } catch {
            // The write-ahead log then stays beside the database, as after a crash, and is read at the next start.
        }
        lock.release()
    }
}

extension SQLiteStorage {
    private static let pageSize = 4096

    private static func open(_ path: String, _ options: SQLiteOptions, _ maximumPages: Int?) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.prepareDatabase { database in
            // Takes effect only while the database is empty, so before the journal mode is set.
            try database.execute(sql: "PRAGMA page_size = \(pageSize)")
            try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
            try database.execute(sql: "PRAGMA journal_mode = WAL")
            try database.execute(sql: "PRAGMA synchronous = \(options.durability == .powerCut ? "FULL" : "NORMAL")")
            try database.execute(sql: "PRAGMA journal_size_limit = \(64 << 20)")
            try database.execute(sql: "PRAGMA trusted_schema = OFF")
            if let maximumPages { try database.execute(sql: "PRAGMA max_page_count = \(maximumPages)") }
        }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.writeWithoutTransaction { database in
            let complaints = try String.fetchAll(database, sql: "PRAGMA quick_check(1)")
            guard complaints == ["ok"] else { throw damaged(path, complaints.first ?? "no answer from the check") }
            try database.inTransaction(.immediate) {
                try SQLiteSchema.prepare(database, path: path)
                return .commit
            }
        }
        return queue
    }

    private static func write(_ change: StoredChange, to database: Database) throws {
        let key = change.key
        try database.cachedStatement(sql: "INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)").execute(arguments: [
            Int64(change.revision), key.group, key.resource, key.namespace, key.name, Int64(change.createRevision),
            change.value.map(Blob.init), change.previous.map(Blob.init), checksum(of: change),
        ])
        guard let value = change.value else {
            let delete = "DELETE FROM objects WHERE \"group\" = ? AND resource = ? AND namespace = ? AND name = ?"
            return try database.cachedStatement(sql: delete)
                .execute(arguments: [key.group, key.resource, key.namespace, key.name])
        }
        let object = StoredObject(
            key: key,
            createRevision: change.createRevision,
            modRevision: change.revision,
            value: value
        )
        let upsert = """
            INSERT INTO objects ("group", resource, namespace, name, create_revision, mod_revision, value, checksum)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT ("group", resource, namespace, name) DO UPDATE SET create_revision = excluded.create_revision,
            mod_revision = excluded.mod_revision, value = excluded.value, checksum = excluded.checksum
            """
        try database.cachedStatement(sql: upsert).execute(arguments: [
            key.group, key.resource, key.namespace, key.name, Int64(object.createRevision), Int64(object.modRevision),
            Blob(object.value), checksum(of: object),
        ])
    }

    private static func snapshot(_ database: Database) throws -> StorageSnapshot {
        guard let state = try Row.fetchOne(database, sql: "SELECT revision, compacted_revision FROM state") else {
            throw Damage(description: "the table state is empty")
        }
        var snapshot = StorageSnapshot(revision: state[0], compactedRevision: state[1])
        let objects = try Row.fetchCursor(
            database,
            sql: "SELECT \"group\", resource, namespace, name, create_revision, mod_revision, value, checksum FROM objects"
        )
        while let row = try objects.next() {
            let object = StoredObject(key: key(row), createRevision: row[4], modRevision: row[5], value: try Blob.bytes(row, 6))
            guard checksum(of: object) == row[7] else {
                throw Damage(description: "the object \(object.key) is not what was written")
            }
            snapshot.objects.append(object)
        }
        let changes = try Row.fetchCursor(
            database,
            sql: """
                SELECT "group", resource, namespace, name, revision, create_revision, value, previous, checksum
                FROM changes ORDER BY revision
                """
        )
        while let row = try changes.next() {
            let change = StoredChange(
                revision: row[4],
                key: key(row),
                value: try Blob.optionalBytes(row, 6),
                previous: try Blob.optionalBytes(row, 7),
                createRevision: row[5]
            )
            guard checksum(of: change) == row[8] else {
                throw Damage(description: "the change \(change.revision) is not what was written")
            }
            snapshot.changes.append(change)
        }
        return snapshot
    }

    private static func key(_ row: Row) -> StorageKey {
        StorageKey(group: row[0], resource: row[1], namespace: row[2], name: row[3])
    }

    private static func checksum(of object: StoredObject) -> Int64 {
        var sum = RowChecksum()
        sum.add(object.key)
        sum.add(object.createRevision)
        sum.add(object.modRevision)
        sum.add(object.value)
        return sum.value
    }

    private static func checksum(of change: StoredChange) -> Int64 {
        var sum = RowChecksum()
        sum.add(change.key)
        sum.add(change.createRevision)
        sum.add(change.revision)
        sum.add(change.value)
        sum.add(change.previous)
        return sum.value
    }
}
