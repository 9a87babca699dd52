// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient

@testable import EmbeddedCluster

/// Takes changes until it is told to be full.
struct FailingStorage: Storage {
    let error = Locked<StorageError?>(nil)
    let committed = Locked<[StoredChange]>([])

    func load() throws(StorageError) -> StorageSnapshot { StorageSnapshot() }

    func commit(_ changes: [StoredChange]) throws(StorageError) {
        if let error = error.withLock({ $0 }) { throw error }
        committed.withLock { $0 += changes }
    }

    func compact(upTo revision: UInt64) throws(StorageError) {}
    func close() {}
}
