// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI

extension AgentTask {
    /// Whether it has ended.
    var isTerminal: Bool { status?.phase.flatMap(TaskPhase.init(rawValue:))?.isTerminal ?? false }

    /// Whether it has a recorded pod that has not ended.
    var isActive: Bool { !isTerminal && status?.admittedTime != nil }
}
