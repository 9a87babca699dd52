// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// One variable of a program's environment.
struct EnvironmentVariable: Sendable, Hashable {
    var name: String
    var value: String
}
