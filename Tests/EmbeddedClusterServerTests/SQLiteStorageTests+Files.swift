// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import EmbeddedCluster
import GRDB

@testable import EmbeddedClusterServer

extension SQLiteStorageTests {
    func copyFile(_ source: String, _ target: String) throws {
        let directory = try temporary.privateDirectory()
        let name = String(source.dropFirst(directory.path.count + 1))
        guard let bytes = try directory.read(name, maximum: 64 << 20) else { throw ServerError(.files, "no file \(source)") }
        try directory.write(String(target.dropFirst(directory.path.count + 1)), bytes)
    }

    func execute(_ sql: String, at path: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        try queue.close()
    }
}
