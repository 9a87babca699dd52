// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Where the objects of a type live.
public enum ResourceScope: Sendable, Hashable {
    /// Each in a namespace.
    case namespaced
    /// In the cluster as a whole.
    case cluster
}
