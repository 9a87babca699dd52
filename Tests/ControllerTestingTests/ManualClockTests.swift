// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import Testing

@Suite("A clock that a test moves")
struct ManualClockTests {
    @Test("takes the calendar along however small the steps are, and counts on from where it was set")
    func calendar() {
        let clock = ManualClock(wallTime: WallTime(seconds: 10))
        for step in 1...3000 {
            clock.advance(by: .nanoseconds(step % 2 == 0 ? 769 : 231))
        }
        #expect(clock.wallNow == WallTime(microseconds: 10_001_500))
        clock.setWall(WallTime(seconds: 5))
        #expect(clock.wallNow == WallTime(seconds: 5))
        clock.advance(by: .microseconds(7))
        #expect(clock.wallNow == WallTime(microseconds: 5_000_007))
    }
}
