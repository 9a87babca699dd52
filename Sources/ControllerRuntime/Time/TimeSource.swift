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
        let origin = clock.now
        return TimeSource(
            now: { MonotonicInstant(nanoseconds: origin.duration(to: clock.now).saturatedNanoseconds) },
            wallNow: {
                var time = timespec()
                clock_gettime(CLOCK_REALTIME, &time)
                return WallTime(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
            },
            sleepUntil: { instant in
                try await Task.sleep(until: origin.advanced(by: .nanoseconds(instant.nanoseconds)), clock: clock)
            }
        )
    }()
}
