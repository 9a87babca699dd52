// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Where a component gets its time from: the system in production, a clock moved by hand in tests.
///
/// No component reads a clock or sleeps in any other way, so a test decides what time it is.
public struct TimeSource: Sendable {
    /// The present instant of a clock that only goes forward and counts suspension.
    public var now: @Sendable () -> MonotonicInstant
    /// The present time of the calendar.
    public var wallNow: @Sendable () -> WallTime
    /// Suspends until the instant has come; throws `CancellationError` when the task is canceled first.
    public var sleepUntil: @Sendable (MonotonicInstant) async throws -> Void

    /// A source made of the three functions.
    public init(
        now: @escaping @Sendable () -> MonotonicInstant,
        wallNow: @escaping @Sendable () -> WallTime,
        sleepUntil: @escaping @Sendable (MonotonicInstant) async throws -> Void
    ) {
        self.now = now
        self.wallNow = wallNow
        self.sleepUntil = sleepUntil
    }

    /// Suspends for `duration`; throws `CancellationError` when the task is canceled first.
    public func sleep(for duration: Duration) async throws {
        try await sleepUntil(now().advanced(by: duration))
    }

    /// The machine's clocks.
    public static let system: TimeSource = {
        let clock = ContinuousClock()
        return TimeSource(
            now: { systemNow() },
            wallNow: {
                var time = timespec()
                clock_gettime(CLOCK_REALTIME, &time)
                return WallTime(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
            },
            sleepUntil: { instant in
                try await Task.sleep(until: clock.now.advanced(by: systemNow().duration(to: instant)), clock: clock)
            }
        )
    }()

    /// What `ContinuousClock` reads, without its 128-bit arithmetic: this is asked several times for each key of a queue.
    private static func systemNow() -> MonotonicInstant {
        #if canImport(Darwin)
            MonotonicInstant(nanoseconds: Int64(clock_gettime_nsec_np(CLOCK_MONOTONIC_RAW)))
        #else
            var time = timespec()
            clock_gettime(CLOCK_BOOTTIME, &time)
            return MonotonicInstant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
        #endif
    }
}
