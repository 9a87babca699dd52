// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// One add of a key to a queue.
public struct KeyAddition<Key: Hashable & Sendable>: Sendable {
    /// What is to be worked on.
    public var key: Key
    /// How urgently.
    public var priority: Int
    /// Why; nil when that is not worth telling.
    public var cause: ReconcileCause?

    /// An add.
    public init(_ key: Key, priority: Int = WorkPriority.normal, cause: ReconcileCause? = nil) {
        self.key = key
        self.priority = priority
        self.cause = cause
    }
}
