// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// The version of the command line and of the operator in it.
enum Version {
    static let text = "0.1.0"
}
