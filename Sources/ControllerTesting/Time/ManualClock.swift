// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import ControllerRuntime
import KubernetesClient

/// A clock that moves only when a test moves it, so that a year takes no time and a race has one outcome.
///
/// The pattern: wait until the code under test sleeps (`waitForSleeper`), then move the clock to where it wakes.
public final class ManualClock: Sendable {
    private struct Sleeper {
        let deadline: MonotonicInstant
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct Watcher {
        let condition: @Sendable ([MonotonicInstant]) -> Bool
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var now = MonotonicInstant(nanoseconds: 0)
        /// What the calendar said, and when: the calendar has microseconds, and must not lose a part of one with each small step.
        var calendar: (time: WallTime, at: MonotonicInstant)
        var sleepers: [UInt64: Sleeper] = [:]
        var canceledEarly: Set<UInt64> = []
        var watchers: [UInt64: Watcher] = [:]
        var lastID: UInt64 = 0

        var wall: WallTime { calendar.time.advanced(by: calendar.at.duration(to: now)) }

        mutating func satisfiedWatchers() -> [Watcher] {
            let deadlines = sleepers.values.map(\.deadline).sorted()
            let satisfied = watchers.filter { $0.value.condition(deadlines) }
            for id in satisfied.keys { watchers.removeValue(forKey: id) }
            return Array(satisfied.values)
        }

        mutating func makeID() -> UInt64 {
            lastID += 1
            return lastID
        }
    }

    private let state: Locked<State>

    /// A clock that stands at its origin; the calendar says `wallTime`, by default the first second of 2030.
    public init(wallTime: WallTime = WallTime(seconds: 1_893_456_000)) {
        state = Locked(State(calendar: (wallTime, MonotonicInstant(nanoseconds: 0))))
    }

    /// The present instant.
    public var now: MonotonicInstant { state.withLock { $0.now } }

    /// The present time of the calendar.
    public var wallNow: WallTime { state.withLock { $0.wall } }

    /// When the sleepers wake, the earliest first.
    public var deadlines: [MonotonicInstant] { state.withLock { $0.sleepers.values.map(\.deadline).sorted() } }

    /// The clock as components take it.
    public var timeSource: TimeSource {
        TimeSource(now: { self.now }, wallNow: { self.wallNow }, sleepUntil: { try await self.sleep(until: $0) })
    }

    // MARK: Moving

    /// Moves the clock and the calendar forward and wakes everyone whose time has come, the earliest first.
    public func advance(by duration: Duration) { advance(to: now.advanced(by: duration)) }

    /// Moves the clock and the calendar forward to `instant`; does nothing when that is past.
    public func advance(to instant: MonotonicInstant) {
        let due = state.withLock { state in
            state.now = max(state.now, instant)
            let due = state.sleepers.filter { $0.value.deadline <= state.now }.sorted {
                ($0.value.deadline, $0.key) < ($1.value.deadline, $1.key)
            }
            for (id, _) in due { state.sleepers.removeValue(forKey: id) }
            return due.map(\.value)
        }
        for sleeper in due { sleeper.continuation.resume(returning: true) }
    }

    /// Moves only the calendar, as an administrator or NTP does.
    public func setWall(_ time: WallTime) { state.withLock { $0.calendar = (time, $0.now) } }

    // MARK: Waiting for the code under test

    /// Waits until somebody sleeps until exactly `instant`.
    public func waitForSleeper(until instant: MonotonicInstant) async { await wait { $0.contains(instant) } }

    /// Waits until somebody sleeps until an instant that `condition` accepts.
    public func waitForSleeper(where condition: @escaping @Sendable (MonotonicInstant) -> Bool) async {
        await wait { $0.contains(where: condition) }
    }

    /// Waits until at least `count` sleep.
    public func waitForSleepers(_ count: Int = 1) async { await wait { $0.count >= count } }

    /// Waits until somebody sleeps, moves the clock to when the first one wakes, and returns how far that was.
    @discardableResult
    public func advanceToNextDeadline() async -> Duration { await advance(toDeadlineUpTo: .distantFuture) }

    /// Waits until somebody sleeps no longer than `limit` from now, and moves the clock to when the first one wakes. Later sleepers, such
    /// as a timer whose deadline was taken away, do not count.
    ///
    /// - Returns: How far that was.
    @discardableResult
    public func advanceToNextDeadline(notLongerThan limit: Duration) async -> Duration {
        await advance(toDeadlineUpTo: now.advanced(by: limit))
    }

    private func advance(toDeadlineUpTo latest: MonotonicInstant) async -> Duration {
        let start = now
        // Kept from the moment in which it is there: a timer that is armed anew wakes for a moment and then sleeps again.
        let found = Locked<MonotonicInstant?>(nil)
        await wait { deadlines in
            guard let first = deadlines.first, first <= latest else { return false }
            found.withLock { $0 = first }
            return true
        }
        if let next = found.withLock({ $0 }) { advance(to: next) }
        return start.duration(to: now)
    }

    /// Returns when the condition holds, or when the task is canceled: a test that waits in vain ends at its time limit.
    private func wait(until condition: @escaping @Sendable ([MonotonicInstant]) -> Bool) async {
        let id = state.withLock { $0.makeID() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let satisfied: [Watcher] = state.withLock { state in
                    let watcher = Watcher(condition: condition, continuation: continuation)
                    if state.canceledEarly.remove(id) != nil { return [watcher] }
                    state.watchers[id] = watcher
                    return state.satisfiedWatchers()
                }
                for watcher in satisfied { watcher.continuation.resume() }
            }
        } onCancel: {
            let watcher = state.withLock { state in
                if let watcher = state.watchers.removeValue(forKey: id) { return Optional(watcher) }
                state.canceledEarly.insert(id)
                return nil
            }
            watcher?.continuation.resume()
        }
        state.withLock { _ = $0.canceledEarly.remove(id) }
    }

    // MARK: Sleeping

    private func sleep(until deadline: MonotonicInstant) async throws {
        let id = state.withLock { $0.makeID() }
        let hasCome = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
                let (answer, satisfied): (Bool?, [Watcher]) = state.withLock { state in
                    if state.canceledEarly.remove(id) != nil { return (false, []) }
                    if deadline <= state.now { return (true, []) }
                    state.sleepers[id] = Sleeper(deadline: deadline, continuation: continuation)
                    return (nil, state.satisfiedWatchers())
                }
                if let answer { continuation.resume(returning: answer) }
                for watcher in satisfied { watcher.continuation.resume() }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                if let sleeper = state.sleepers.removeValue(forKey: id) { return Optional(sleeper) }
                state.canceledEarly.insert(id)
                return nil
            }
            sleeper?.continuation.resume(returning: false)
        }
        state.withLock { _ = $0.canceledEarly.remove(id) }
        guard hasCome else { throw CancellationError() }
    }
}
