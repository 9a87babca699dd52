// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Whether an event is good news.
public enum EventType: String, Sendable, Hashable {
    /// Information.
    case normal = "Normal"
    /// Something is wrong.
    case warning = "Warning"
}
