// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesMeta

/// Where the cluster gets its time from.
public struct ClusterClock: Sendable {
    /// The time of day, for timestamps.
    public var wallNow: @Sendable () -> MicroTime
    /// Time since an arbitrary moment that never goes back, for deadlines.
    public var monotonicNow: @Sendable () -> Duration
    /// Returns when `monotonicNow` has reached the deadline; throws when the task is cancelled.
    public var sleepUntil: @Sendable (Duration) async throws -> Void

    /// A clock.
    public init(
        wallNow: @escaping @Sendable () -> MicroTime,
        monotonicNow: @escaping @Sendable () -> Duration,
        sleepUntil: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.wallNow = wallNow
        self.monotonicNow = monotonicNow
        self.sleepUntil = sleepUntil
    }

    /// Returns at the deadline, or earlier when the task is cancelled.
    func wait(until deadline: Duration) async {
        do {
            try await sleepUntil(deadline)
        } catch {
            // Cancelled: the caller looks for itself.
        }
    }
}

extension ClusterClock {
    /// The clocks of this machine.
    public static let system: ClusterClock = {
        let clock = ContinuousClock()
        let start = clock.now
        return ClusterClock(
            wallNow: { SystemTime.now() },
            monotonicNow: { start.duration(to: clock.now) },
            sleepUntil: { try await clock.sleep(until: start.advanced(by: $0)) }
        )
    }()
}
