// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Where a program wrote a line.
enum LogStream: String, Sendable, Hashable, CaseIterable {
    case standardOutput = "stdout"
    case standardError = "stderr"
}
