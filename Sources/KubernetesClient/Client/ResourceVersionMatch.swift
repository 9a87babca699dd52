// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// How the revision of a list or watch is meant.
public enum ResourceVersionMatch: String, Sendable, Hashable {
    /// The state at exactly that revision.
    case exact = "Exact"
    /// That revision or a newer one.
    case notOlderThan = "NotOlderThan"
}
