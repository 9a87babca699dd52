// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// What a controller is doing.
struct ControllerStatus: Sendable {
    /// Reconciles that run, strays included.
    var active = 0
    /// Reconciles that were canceled and have not ended within the grace.
    var strays = 0
}
