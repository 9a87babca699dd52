// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import EmbeddedCluster
import Glibc
import Testing

@testable import EmbeddedClusterServer

@Suite("SQLite storage")
struct SQLiteStorageTests {
    let temporary: TemporaryDirectory
    var path: String { temporary.file("cluster.db") }

    init() throws { temporary = try TemporaryDirectory() }

    func change(_ revision: UInt64, _ name: String, _ value: String?, previous: String? = nil, created: UInt64? = nil)
        -> StoredChange
    {
        StoredChange(
            revision: revision,
            key: StorageKey(group: "g", resource: "things", namespace: "n", name: name),
            value: value.map { Array($0.utf8) },
            previous: previous.map { Array($0.utf8) },
            createRevision: created ?? revision
        )
    }

    @Test("an empty database holds nothing")
    func empty() throws {
        let storage = try SQLiteStorage(path: path)
        #expect(try storage.load() == StorageSnapshot())
        storage.close()
    }

    @Test("what was committed is there after closing and opening: objects, changes and revisions")
    func reopen() throws {
        let changes = [
            change(1, "a", "a1"), change(2, "b", "b1"), change(3, "a", "a2", previous: "a1", created: 1),
            change(4, "b", nil, previous: "b1", created: 2), change(5, "", ""),
        ]
        let storage = try SQLiteStorage(path: path)
        try storage.commit(Array(changes[..<2]))
        try storage.commit(Array(changes[2...]))
        storage.close()
        let again = try SQLiteStorage(path: path)
        let snapshot = try again.load()
        #expect(snapshot.revision == 5)
        #expect(snapshot.compactedRevision == 0)
        #expect(snapshot.changes == changes)
        #expect(
            snapshot.objects == [
                StoredObject(key: changes[0].key, createRevision: 1, modRevision: 3, value: Array("a2".utf8)),
                StoredObject(key: changes[4].key, createRevision: 5, modRevision: 5, value: []),
            ]
        )
        again.close()
    }

    @Test("compacting forgets changes, keeps objects, and is remembered")
    func compaction() throws {
        let storage = try SQLiteStorage(path: path)
        try storage.commit([change(1, "a", "1"), change(2, "b", "2"), change(3, "c", "3")])
        try storage.compact(upTo: 2)
        try storage.compact(upTo: 1)
        storage.close()
        let again = try SQLiteStorage(path: path)
        let snapshot = try again.load()
        #expect(snapshot.compactedRevision == 2)
        #expect(snapshot.revision == 3)
        #expect(snapshot.changes.map(\.revision) == [3])
        #expect(snapshot.objects.count == 3)
        again.close()
    }

    @Test("a process that is killed loses nothing it has committed")
    func kill() throws {
        let storage = try SQLiteStorage(path: path)
        for revision in 1...100 as ClosedRange<UInt64> { try storage.commit([change(revision, "o\(revision)", "v")]) }
        // What another process finds when this one is gone at once: the files as they are now, nothing closed or checkpointed.
        let copy = temporary.file("copy.db")
        for suffix in ["", "-wal"] { try copyFile(path + suffix, copy + suffix) }
        let survivor = try SQLiteStorage(path: copy)
        let snapshot = try survivor.load()
        #expect(snapshot.revision == 100)
        #expect(snapshot.objects.count == 100)
        survivor.close()
        storage.close()
    }

    @Test("a group of changes that was half written when the process died is not there at all")
    func tornCommit() throws {
        let storage = try SQLiteStorage(path: path)
        try storage.commit([change(1, "a", "1")])
        let before = size(of: path + "-wal")
        try storage.commit([change(2, "b", String(repeating: "x", count: 20000)), change(3, "c", "3")])
        let copy = temporary.file("copy.db")
        for suffix in ["", "-wal"] { try copyFile(path + suffix, copy + suffix) }
        storage.close()
        #expect(truncate(copy + "-wal", before + 9000) == 0)
        let survivor = try SQLiteStorage(path: copy)
        let snapshot = try survivor.load()
        #expect(snapshot.revision == 1)
        #expect(snapshot.objects.map(\.key.name) == ["a"])
        survivor.close()
    }

    @Test("a second opener is told who has the database")
    func locked() throws {
        let storage = try SQLiteStorage(path: path)
        let error = #expect(throws: StorageError.self) { try SQLiteStorage(path: path) }
        #expect(error?.code == .locked)
        #expect(error?.message.contains("pid \(getpid())") == true)
        storage.close()
        try SQLiteStorage(path: path).close()
    }

    @Test("a file that is no database is left as it is, and the error says what to do")
    func garbage() throws {
        let bytes = Array(String(repeating: "this is not a database. ", count: 1000).utf8)
        try temporary.privateDirectory().write("cluster.db", bytes)
        let error = #expect(throws: StorageError.self) { try SQLiteStorage(path: path) }
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains(path) == true)
        #expect(error?.message.contains("backup") == true)
        #expect(try temporary.privateDirectory().read("cluster.db") == bytes)
    }

    @Test("a damaged page is noticed, at opening or at reading, or nothing was on it", arguments: 1..<40)
    func damage(page: Int) throws {
        let storage = try SQLiteStorage(path: path)
        for revision in 1...40 as ClosedRange<UInt64> {
            try storage.commit([change(revision, "object-\(revision)", String(repeating: "v", count: 1500))])
        }
        let before = try storage.load()
        storage.close()
        var bytes = try #require(try temporary.privateDirectory().read("cluster.db"))
        try #require((page + 1) * 4096 <= bytes.count)
        for offset in 0..<4096 { bytes[page * 4096 + offset] ^= 0x55 }
        try temporary.privateDirectory().write("cluster.db", bytes)
        do throws(StorageError) {
            let opened = try SQLiteStorage(path: path)
            defer { opened.close() }
            #expect(try opened.load() == before)
        } catch {
            #expect(error.code == .corrupt)
            #expect(error.message.contains(path))
        }
    }

    @Test("a single flipped bit in a value is noticed")
    func flippedBit() throws {
        let storage = try SQLiteStorage(path: path)
        try storage.commit([change(1, "a", "recognisable-value")])
        storage.close()
        var bytes = try #require(try temporary.privateDirectory().read("cluster.db"))
        let needle = Array("recognisable-value".utf8)
        let position = try #require(bytes.indices.first { bytes[$0...].starts(with: needle) })
        bytes[position] ^= 1
        try temporary.privateDirectory().write("cluster.db", bytes)
        let opened = try SQLiteStorage(path: path)
        let error = #expect(throws: StorageError.self) { try opened.load() }
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains("g/things/n/a") == true || error?.message.contains("change 1") == true)
        opened.close()
    }

    @Test("a full disk refuses the change and keeps what was there; later changes go on")
    func full() throws {
        let storage = try SQLiteStorage(path: path, options: SQLiteOptions(maximumBytes: 64 << 10))
        try storage.commit([change(1, "a", "kept")])
        let error = #expect(throws: StorageError.self) {
            try storage.commit([change(2, "b", "small"), change(3, "c", String(repeating: "x", count: 200 << 10))])
        }
        #expect(error?.code == .full)
        #expect(error?.message.contains(path) == true)
        #expect(try storage.load().revision == 1)
        #expect(try storage.load().objects.count == 1)
        try storage.commit([change(2, "b", "small")])
        #expect(try storage.load().revision == 2)
        storage.close()
    }

    @Test("the database of a later program version is refused")
    func laterVersion() throws {
        try SQLiteStorage(path: path).close()
        try execute("PRAGMA user_version = 99", at: path)
        let error = #expect(throws: StorageError.self) { try SQLiteStorage(path: path) }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("99") == true)
    }

    @Test("the database of another program is refused")
    func otherProgram() throws {
        try execute("CREATE TABLE theirs (x)", at: path)
        let error = #expect(throws: StorageError.self) { try SQLiteStorage(path: path) }
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains("another program") == true)
    }

    @Test("a directory that is not there is an error that names the file")
    func noDirectory() {
        let error = #expect(throws: StorageError.self) { try SQLiteStorage(path: temporary.file("none/cluster.db")) }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains(temporary.file("none/cluster.db")) == true)
    }

    @Test("space is given back after compaction")
    func space() throws {
        let storage = try SQLiteStorage(path: path)
        var revision: UInt64 = 0
        for _ in 0..<200 {
            revision += 1
            try storage.commit([change(revision, "a", String(repeating: "x", count: 10000), created: 1)])
        }
        try storage.compact(upTo: revision)
        storage.close()
        #expect(size(of: path) < 200_000)
    }
}
