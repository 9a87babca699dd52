// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// A source of keys that is no informer.
struct StreamSource<Key: Hashable & Sendable>: Sendable {
    /// For the log and the causes.
    let name: String
    /// Reads a stream to its end, and gives the keys of each element.
    let read: @Sendable (_ add: @Sendable ([Key]) -> Void) async throws -> Void
}
