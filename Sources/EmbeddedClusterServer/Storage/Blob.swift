// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import GRDB

/// Bytes as a database value.
struct Blob: DatabaseValueConvertible {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var databaseValue: DatabaseValue { Data(bytes).databaseValue }

    static func fromDatabaseValue(_ value: DatabaseValue) -> Blob? { Data.fromDatabaseValue(value).map { Blob([UInt8]($0)) } }

    /// The bytes in a column.
    static func bytes(_ row: Row, _ column: Int) throws -> [UInt8] {
        guard let bytes = try optionalBytes(row, column) else {
            throw SQLiteStorage.Damage(description: "a value is missing")
        }
        return bytes
    }

    /// The bytes in a column that may be NULL.
    static func optionalBytes(_ row: Row, _ column: Int) throws -> [UInt8]? {
        try row.withUnsafeData(atIndex: column) { data in data.map { [UInt8]($0) } }
    }
}
