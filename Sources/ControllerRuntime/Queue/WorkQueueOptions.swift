// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// How a work queue orders and delays its keys.
public struct WorkQueueOptions<Key: Hashable & Sendable>: Sendable {
    /// How long a failing key waits.
    public var backoff: ExponentialBackoff
    /// How many keys in a row may be handed out for their priority, before one is because its priority was passed over for longest; at
    /// least 1. A key that has p keys of its flow before it, while B priorities and F flows have waiting keys, is handed out within
    /// (limit + 1) · B · F · (p + 1) hand-outs, whatever is added meanwhile.
    public var overtakingLimit: Int
    /// The flow of a key: a namespace, a tenant. Flows of one priority take turns, so that the many keys of one do not delay the few of
    /// another. It must be quick and always say the same of a key. Nil for one flow of all, in the order of adding.
    public var flow: (@Sendable (Key) -> String)?
    /// A key is handed out at most once in this time: an add within the window that its last hand-out began waits for the window's end.
    /// Adds meanwhile are merged and do not prolong it. Zero for no window.
    public var coalescingWindow: Duration

    /// Options with the defaults: 5 ms to 1000 s between attempts, 8 overtaking keys, one flow, no window.
    public init(
        backoff: ExponentialBackoff = .perKey,
        overtakingLimit: Int = 8,
        flow: (@Sendable (Key) -> String)? = nil,
        coalescingWindow: Duration = .zero
    ) {
        self.backoff = backoff
        self.overtakingLimit = overtakingLimit
        self.flow = flow
        self.coalescingWindow = coalescingWindow
    }
}
