// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// How urgent a key is. Any number will do; a key of a higher one is handed out first, see `WorkQueueOptions.overtakingLimit`.
public enum WorkPriority {
    /// For what has just happened.
    public static let normal = 0
    /// For what can wait: the objects that are there at the start, and those that are looked at again from time to time. The value is
    /// controller-runtime's `LowPriority`.
    public static let low = -100
}
