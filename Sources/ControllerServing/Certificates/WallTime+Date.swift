// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import FoundationEssentials

extension WallTime {
    /// The moment as swift-certificates has it.
    init(_ date: Date) { self.init(microseconds: Int64((date.timeIntervalSince1970 * 1e6).rounded())) }

    /// The moment as swift-certificates takes it.
    var date: Date { Date(timeIntervalSince1970: Double(microseconds) / 1e6) }
}
