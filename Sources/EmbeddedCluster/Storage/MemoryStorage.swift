// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Keeps nothing: the cluster's own memory is all there is. For tests and throw-away clusters.
public struct MemoryStorage: Storage {
    /// A storage that starts empty.
    public init() {}

    public func load() throws(StorageError) -> StorageSnapshot { StorageSnapshot() }
    public func commit(_ changes: [StoredChange]) throws(StorageError) {}
    public func compact(upTo revision: UInt64) throws(StorageError) {}
    public func close() {}
}
