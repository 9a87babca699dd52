// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// What is known of a task's pod.
enum PodPresence: Sendable, Hashable {
    /// The cache has none. The cache may be late, so this proves nothing.
    case notCached
    /// The API server was asked and has none.
    case absent
    case present(PodObservation)
}
