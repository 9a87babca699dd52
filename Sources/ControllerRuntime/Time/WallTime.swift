// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// A point on the calendar, in microseconds since 1970 (UTC), as the machine's clock tells it. It can jump; use it only for what is
/// written into objects or compared with what others wrote.
public struct WallTime: Hashable, Comparable, Sendable {
    /// Microseconds since the Unix epoch.
    public var microseconds: Int64

    /// The time `microseconds` after the Unix epoch.
    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// The time `seconds` after the Unix epoch.
    public init(seconds: Int64) { self.microseconds = seconds &* 1_000_000 }

    /// Whole seconds since the Unix epoch, rounded down.
    public var seconds: Int64 { microseconds >= 0 ? microseconds / 1_000_000 : (microseconds - 999_999) / 1_000_000 }

    /// The time `duration` later (earlier, when negative).
    public func advanced(by duration: Duration) -> WallTime {
        let (sum, overflow) = microseconds.addingReportingOverflow(duration.saturatedNanoseconds / 1000)
        return WallTime(microseconds: overflow ? (duration < .zero ? .min : .max) : sum)
    }

    /// How much later `other` is.
    public func duration(to other: WallTime) -> Duration { .microseconds(other.microseconds &- microseconds) }

    /// Earlier.
    public static func < (lhs: WallTime, rhs: WallTime) -> Bool { lhs.microseconds < rhs.microseconds }
}
