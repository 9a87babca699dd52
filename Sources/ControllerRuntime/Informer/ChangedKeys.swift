// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Keys of objects that are different from when the subscriber last looked. Read the store for what they are now.
public struct ChangedKeys: Sendable, Hashable {
    /// Each key once, the longest unread first.
    public var keys: [ObjectKey]
    /// The subscriber was so far behind that changes are no longer told one by one: `keys` is everything the store holds, and what the
    /// subscriber knows beyond that is gone.
    public var isComplete: Bool

    /// A batch of these keys.
    public init(keys: [ObjectKey], isComplete: Bool) {
        self.keys = keys
        self.isComplete = isComplete
    }
}
