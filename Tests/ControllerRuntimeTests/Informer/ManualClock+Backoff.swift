// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting

extension ManualClock {
    /// Moves the clock past the wait of a failed list or watch, at most 60 s, which is shorter than the idle limit.
    func advanceToNextBackoff() async {
        let limit = now.advanced(by: .seconds(61))
        await waitForSleeper(where: { $0 <= limit })
        advance(by: .seconds(61))
    }
}
