// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// How log lines look (`--log-format`).
public enum LogFormat: String, Sendable, Hashable, CaseIterable {
    /// One JSON object for each line, for machines.
    case json
    /// Time, level, message and `key=value`, for people.
    case text
}
