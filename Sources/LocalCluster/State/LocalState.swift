// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import EmbeddedClusterServer

/// The state directory and what lies where in it.
struct LocalState: Sendable {
    let directory: PrivateDirectory

    init(_ path: String) throws(LocalClusterError) {
        do throws(ServerError) { directory = try PrivateDirectory(path) } catch { throw LocalClusterError(.state, error.message) }
    }

    var database: String { directory.file("cluster.db") }
    var log: String { directory.file("cluster.log") }
    /// Held by the cluster's process as long as it lives.
    var lock: String { directory.file("lock") }
    var node: String { directory.file("node") }

    /// What the cluster that runs, or ran last, said about itself; nil when there is no such record, or it is of no use.
    func record() throws(LocalClusterError) -> RunRecord? {
        do throws(ServerError) {
            return try directory.read(Self.recordName).flatMap(RunRecord.init(json:))
        } catch {
            throw LocalClusterError(.state, error.message)
        }
    }

    func write(_ record: RunRecord) throws(LocalClusterError) {
        do throws(ServerError) { try directory.write(Self.recordName, record.json) } catch {
            throw LocalClusterError(.state, error.message)
        }
    }

    private static let recordName = "cluster.json"
}
