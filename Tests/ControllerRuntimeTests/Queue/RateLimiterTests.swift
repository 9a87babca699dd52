// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import Testing

@Suite("Backoff")
struct RateLimiterTests {
    @Test(
        "a key's wait doubles from 5 ms and stays at 1000 s",
        arguments: [
            (0, 5.0), (1, 10), (2, 20), (10, 5120), (17, 655_360), (18, 1_000_000), (60, 1_000_000), (100_000, 1_000_000),
        ]
    )
    func perKey(failures: Int, milliseconds: Double) {
        #expect(ExponentialBackoff.perKey.delay(afterFailures: failures) == .milliseconds(milliseconds))
    }

    @Test("the reflector's wait lies between the plain wait and twice as much", arguments: 0..<20)
    func reflector(failures: Int) {
        let plain = min(0.8 * Double(1 << failures), 30)
        let random = RandomSource.seeded(7)
        for _ in 0..<200 {
            let delay = ExponentialBackoff.reflector.delay(afterFailures: failures, random: random)
            #expect(delay >= .seconds(plain) && delay <= .seconds(2 * plain))
        }
    }

    @Test("keys are counted apart, and a forgotten one is not remembered")
    func keys() {
        var limiter = RateLimiter<String>()
        #expect(limiter.nextDelay(for: "a") == .milliseconds(5))
        #expect(limiter.nextDelay(for: "a") == .milliseconds(10))
        #expect(limiter.nextDelay(for: "b") == .milliseconds(5))
        limiter.forget("a")
        #expect(limiter.failureCount(of: "a") == 0)
        #expect(limiter.count == 1)
        #expect(limiter.nextDelay(for: "a") == .milliseconds(5))
    }
}
