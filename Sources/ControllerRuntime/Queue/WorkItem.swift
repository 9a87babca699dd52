// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// A key that was handed out, and what the queue knows of it.
public struct WorkItem<Key: Hashable & Sendable>: Sendable {
    /// What to work on. Whoever gets it calls `WorkQueue.done`.
    public let key: Key
    /// The priority at which it waited.
    public let priority: Int
    /// Why it was added.
    public let causes: ReconcileCauses
    /// How long it waited.
    public let waited: Duration

    /// An item, for tests of who takes some.
    public init(
        key: Key,
        priority: Int = WorkPriority.normal,
        causes: ReconcileCauses = ReconcileCauses(),
        waited: Duration = .zero
    ) {
        self.key = key
        self.priority = priority
        self.causes = causes
        self.waited = waited
    }

    init(_ taken: QueueState<Key>.Taken) {
        self.init(
            key: taken.key,
            priority: taken.priority,
            causes: taken.causes ?? ReconcileCauses(),
            waited: taken.waited
        )
    }
}
