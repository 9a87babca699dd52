// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import Testing

@Suite("Time", .timeLimit(.minutes(1)))
struct TimeTests {
    @Test("arithmetic on instants saturates instead of trapping")
    func saturation() {
        let now = MonotonicInstant(nanoseconds: 1)
        #expect(now.advanced(by: .seconds(Int64.max)) == .distantFuture)
        #expect(MonotonicInstant.distantFuture.advanced(by: .seconds(1)) == .distantFuture)
        #expect(MonotonicInstant(nanoseconds: -2).advanced(by: .seconds(Int64.min)).nanoseconds == .min)
        #expect(MonotonicInstant(nanoseconds: .min).duration(to: .distantFuture) == .nanoseconds(Int64.max))
        #expect(Duration.clamping(seconds: .infinity) == .nanoseconds(Int64.max))
        #expect(Duration.clamping(seconds: .nan) == .zero)
    }

    @Test(
        "whole seconds of the calendar round down, before 1970 too",
        arguments: [(1_500_000, 1), (-1, -1), (-1_000_000, -1), (0, 0)]
    )
    func wallSeconds(microseconds: Int64, seconds: Int64) {
        #expect(WallTime(microseconds: microseconds).seconds == seconds)
    }

    @Test("the system's clock goes forward, and a sleep ends no earlier than asked for")
    func system() async throws {
        let time = TimeSource.system
        let start = time.now()
        try await time.sleep(for: .milliseconds(2))
        #expect(start.duration(to: time.now()) >= .milliseconds(2))
        #expect(time.wallNow().seconds > 1_700_000_000)
    }

    @Test("of several that run the timer one drives, and another takes over when it ends")
    func takeOver() async {
        let clock = ManualClock()
        let timer = DeadlineTimer(time: clock.timeSource)
        let fired = Latch<Int>()
        let id = timer.makeID()
        timer.arm(id, at: clock.now.advanced(by: .seconds(5))) { fired.open(1) }
        let drivers = (0..<3).map { _ in Task { await timer.run() } }
        await clock.waitForSleeper(until: clock.now.advanced(by: .seconds(5)))
        // Whichever drives, when two have gone the third does.
        for driver in drivers.prefix(2) {
            driver.cancel()
            await driver.value
        }
        await clock.waitForSleeper(until: clock.now.advanced(by: .seconds(5)))
        clock.advance(by: .seconds(5))
        #expect(await fired.wait() == 1)
        drivers[2].cancel()
        await drivers[2].value
    }

    @Test("a canceled deadline does not fire, and an owner has one deadline only")
    func cancelDeadline() {
        let clock = ManualClock()
        let timer = DeadlineTimer(time: clock.timeSource)
        let fired = Latch<String>()
        let kept = timer.makeID()
        let canceled = timer.makeID()
        timer.arm(canceled, at: clock.now) { fired.open("canceled") }
        timer.cancel(canceled)
        timer.fireDue()
        #expect(fired.value == nil)
        timer.arm(kept, at: clock.now.advanced(by: .seconds(9))) { fired.open("first") }
        timer.arm(kept, at: clock.now.advanced(by: .seconds(4))) { fired.open("second") }
        #expect(timer.count == 1)
        clock.advance(by: .seconds(4))
        #expect(timer.fireDue() == nil)
        #expect(fired.value == "second")
    }
}
