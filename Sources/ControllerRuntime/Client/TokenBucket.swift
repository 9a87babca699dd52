// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Lets through `rate` calls a second in the long run and `burst` at once, in the order in which they ask. Golang's `rate.Limiter`, which
/// client-go uses, counts the same way.
package struct TokenBucket: Sendable {
    private let interval: Duration
    private let burst: Int
    /// When the bucket would be full again if nobody asked any more.
    private var fullAt: MonotonicInstant?

    /// A full bucket.
    ///
    /// - Parameters:
    ///   - rate: Calls a second, more than 0.
    ///   - burst: Calls at once, at least 1.
    package init(rate: Double, burst: Int) {
        interval = .nanoseconds(Int64((1e9 / max(rate, 1e-6)).rounded()))
        self.burst = max(1, burst)
    }

    /// Takes a place: the call may be made after the returned wait. Nil, and no place is taken, when the wait would be longer than
    /// `limit`.
    package mutating func reserve(now: MonotonicInstant, limit: Duration?) -> Duration? {
        let full = max(fullAt ?? now, now).advanced(by: interval)
        let wait = max(.zero, now.duration(to: full) - interval * burst)
        if let limit, wait > limit { return nil }
        fullAt = full
        return wait
    }

    /// Gives a place back whose call was not made; those behind it have been told their waits and do not move up.
    package mutating func giveBack() { fullAt = fullAt?.advanced(by: .zero - interval) }
}
