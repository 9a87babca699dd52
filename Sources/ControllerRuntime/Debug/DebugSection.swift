// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// A page below `/debug`.
public enum DebugSection: String, Sendable, Hashable, CaseIterable {
    /// `/debug/queue`: what waits for a worker, what is worked on, what comes back later and why.
    case queue
    /// `/debug/caches`: what each informer follows and how far it is.
    case caches
}
