// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import EmbeddedCluster
import GRDB

extension SQLiteStorage {
    /// Damage that this program found itself.
    struct Damage: Error, CustomStringConvertible {
        let description: String
    }

    /// What SQLite and this program say, as the cluster's users should read it.
    static func storageError(_ error: any Error, path: String, doing verb: String) -> StorageError {
        switch error {
        case let error as StorageError: return error
        case let error as Damage: return damaged(path, error.description)
        case let error as DatabaseError:
            let text = error.message ?? "\(error.resultCode)"
            switch error.resultCode {
            case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT, .SQLITE_MISMATCH: return damaged(path, text)
            case .SQLITE_FULL:
                return StorageError(
                    code: .full,
                    message: "no space is left for \(path); free some and try again, nothing has been changed",
                    underlying: error
                )
            case .SQLITE_BUSY, .SQLITE_LOCKED:
                return StorageError(
                    code: .locked,
                    message: "another program uses \(path); close it and try again",
                    underlying: error
                )
            default:
                return StorageError(code: .unavailable, message: "cannot \(verb) \(path): \(text)", underlying: error)
            }
        default: return StorageError(code: .unavailable, message: "cannot \(verb) \(path): \(error)", underlying: error)
        }
    }

    static func damaged(_ path: String, _ detail: String) -> StorageError {
        StorageError(
            code: .corrupt,
            message:
                "the database \(path) is damaged (\(detail)); nothing was changed. Restore it from a backup, or move it away together "
                + "with \(path)-wal and \(path)-shm to start with an empty cluster"
        )
    }
}
