// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Counts the failures of each key and says how long its next attempt has to wait.
///
/// Bound: one counter for each key that failed and has not been forgotten; a controller forgets a key as soon as it succeeds.
package struct RateLimiter<Key: Hashable & Sendable>: Sendable {
    private let backoff: ExponentialBackoff
    private let random: RandomSource
    private var failures: [Key: Int] = [:]

    package init(backoff: ExponentialBackoff = .perKey, random: RandomSource = .system) {
        self.backoff = backoff
        self.random = random
    }

    /// Counts one more failure of `key` and returns the wait before its next attempt.
    package mutating func nextDelay(for key: Key) -> Duration {
        let before = failures[key, default: 0]
        failures[key] = before + 1
        return backoff.delay(afterFailures: before, random: random)
    }

    /// Starts `key` from the beginning.
    package mutating func forget(_ key: Key) {
        if !failures.isEmpty { failures.removeValue(forKey: key) }
    }

    /// How often `key` has failed since it was last forgotten.
    package func failureCount(of key: Key) -> Int { failures.isEmpty ? 0 : failures[key, default: 0] }

    /// How many keys are remembered.
    package var count: Int { failures.count }
}
