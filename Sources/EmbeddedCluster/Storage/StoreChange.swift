// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// One step of the store's history, in memory: what watches are made of.
package struct StoreChange: Sendable {
    package let revision: UInt64
    /// The object after the change; nil when it was deleted.
    package let entry: ObjectEntry?
    /// The object before the change; nil when it was created.
    package let previous: ObjectEntry?
    package let key: StorageKey

    /// The size that the bound of the log counts. Both states are counted, although the previous one is often shared with an earlier change.
    var cost: Int { (entry?.bytes.count ?? 0) + (previous?.bytes.count ?? 0) + 256 }
}
