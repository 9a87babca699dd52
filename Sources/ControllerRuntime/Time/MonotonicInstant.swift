// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// A point on a clock that only goes forward and counts the time the machine was suspended.
///
/// Instants of different `TimeSource`s have nothing to do with each other. Arithmetic saturates: a delay that nobody lives to see is
/// `distantFuture`.
public struct MonotonicInstant: InstantProtocol, Hashable, Sendable {
    /// Nanoseconds since an origin that means nothing.
    public var nanoseconds: Int64

    /// An instant `nanoseconds` after the origin.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// Later than any instant a clock reaches.
    public static let distantFuture = MonotonicInstant(nanoseconds: .max)

    /// The instant `duration` later (earlier, when negative).
    public func advanced(by duration: Duration) -> MonotonicInstant {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(duration.saturatedNanoseconds)
        return MonotonicInstant(nanoseconds: overflow ? (duration < .zero ? .min : .max) : sum)
    }

    /// How much later `other` is.
    public func duration(to other: MonotonicInstant) -> Duration {
        let (difference, overflow) = other.nanoseconds.subtractingReportingOverflow(nanoseconds)
        return .nanoseconds(overflow ? (other > self ? .max : .min) : difference)
    }

    /// Earlier on the same clock.
    public static func < (lhs: MonotonicInstant, rhs: MonotonicInstant) -> Bool { lhs.nanoseconds < rhs.nanoseconds }
}

extension Duration {
    /// The whole nanoseconds, held at the ends of `Int64` (292 years).
    package var saturatedNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return seconds < 0 ? .min : .max }
        let (sum, overflowed) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        if overflowed { return seconds < 0 ? .min : .max }
        return sum
    }

    /// The duration in seconds, for metrics and messages.
    package var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }

    /// `seconds` as a duration; what does not fit (infinity, 300 years) is held at the ends.
    package static func clamping(seconds: Double) -> Duration {
        if seconds.isNaN { return .zero }
        if seconds >= 9_223_372_036 { return .nanoseconds(Int64.max) }
        if seconds <= -9_223_372_036 { return .nanoseconds(Int64.min) }
        return .nanoseconds(Int64(seconds * 1e9))
    }
}
