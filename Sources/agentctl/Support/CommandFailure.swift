// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Why a command failed, in one line that names the thing, what is wrong and what to do.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
