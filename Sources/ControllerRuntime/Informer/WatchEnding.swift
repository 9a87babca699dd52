// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// How a watch ended.
enum WatchEnding: Sendable {
    /// By the server, after the time it was asked for.
    case closed
    case failed(ReflectorFailure)
}
