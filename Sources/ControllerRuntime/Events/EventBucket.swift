// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Allows so many events in a row, then one every five minutes.
struct EventBucket: Sendable {
    private static let refillSeconds = 300.0

    private let size: Double
    private var tokens: Double
    private var filledAt: MonotonicInstant

    init(size: Double, at now: MonotonicInstant) {
        self.size = size
        tokens = size
        filledAt = now
    }

    /// Takes one, if there is one.
    mutating func take(at now: MonotonicInstant) -> Bool {
        tokens = min(size, tokens + filledAt.duration(to: now).inSeconds / Self.refillSeconds)
        filledAt = now
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }
}
