// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import EmbeddedCluster
import GRDB

/// The tables, and how a database from an older version of the program becomes one of this version.
enum SQLiteSchema {
    /// "atcl": what `file` shows, and how a database of another program is recognised.
    static let applicationID: Int32 = 0x6174_636C

    /// The version this program writes. Later ones are refused, earlier ones are brought up to date in one transaction.
    static let version = 1

    static func prepare(_ database: Database, path: String) throws {
        let application = try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        let isEmpty = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") == 0
        if isEmpty, application == 0, found == 0 { return try create(database) }
        guard application == applicationID else {
            throw StorageError(
                code: .corrupt,
                message: "\(path) is the database of another program; choose another state directory"
            )
        }
        guard found == version else {
            throw StorageError(
                code: .unavailable,
                message: "\(path) has the format version \(found) and this program knows \(version); "
                    + "run the program version that wrote it, or choose another state directory"
            )
        }
    }

    private static func create(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE objects (
                    id INTEGER PRIMARY KEY,
                    "group" TEXT NOT NULL, resource TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
                    create_revision INTEGER NOT NULL, mod_revision INTEGER NOT NULL,
                    value BLOB NOT NULL, checksum INTEGER NOT NULL,
                    UNIQUE ("group", resource, namespace, name)
                );
                CREATE TABLE changes (
                    revision INTEGER PRIMARY KEY,
                    "group" TEXT NOT NULL, resource TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
                    create_revision INTEGER NOT NULL, value BLOB, previous BLOB, checksum INTEGER NOT NULL
                );
                CREATE TABLE state (
                    id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL, compacted_revision INTEGER NOT NULL
                );
                INSERT INTO state VALUES (1, 0, 0);
                PRAGMA application_id = \(applicationID);
                PRAGMA user_version = \(version);
                """
        )
    }
}
