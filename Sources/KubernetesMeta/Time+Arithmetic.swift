// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

extension Time {
    /// The seconds from `right` to `left`; negative when `left` is earlier.
    public static func - (left: Time, right: Time) -> Int64 { left.seconds - right.seconds }

    /// The moment `seconds` earlier.
    public static func - (time: Time, seconds: Int64) -> Time { Time(seconds: time.seconds - seconds) }
}

extension MicroTime {
    private static let attosecondsPerMicrosecond: Int64 = 1_000_000_000_000

    /// The moment `duration` later; what is finer than microseconds is dropped.
    public static func + (time: MicroTime, duration: Duration) -> MicroTime {
        let (seconds, attoseconds) = duration.components
        return MicroTime(
            microseconds: time.microseconds + seconds * CivilTime.microsecondsPerSecond + attoseconds / attosecondsPerMicrosecond
        )
    }

    /// The time from `right` to `left`; negative when `left` is earlier.
    public static func - (left: MicroTime, right: MicroTime) -> Duration { .microseconds(left.microseconds - right.microseconds) }
}
