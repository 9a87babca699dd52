// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient

/// One heap of deadlines for many owners, and one task that sleeps until the earliest.
///
/// Each owner has at most one armed deadline. Actions run one after another on the task that drives the timer, so they must be quick: mark
/// something, add a key, cancel a task. Bound: one entry for each armed owner.
public final class DeadlineTimer: Sendable {
    /// An owner of one deadline.
    public struct ID: Hashable, Sendable {
        fileprivate let value: UInt64
    }

    private struct State {
        var heap = DeadlineHeap<ID>()
        var actions: [ID: @Sendable () -> Void] = [:]
        var lastID: UInt64 = 0
        var sleepingUntil: MonotonicInstant?
        var isDriven = false
    }

    private let time: TimeSource
    private let state = Locked(State())
    private let rearm = WakeSignal()
    private let driverLeft = WakeSignal()

    /// A timer over `time`. It fires only while `run()` runs.
    public init(time: TimeSource = .system) {
        self.time = time
    }

    /// How many deadlines are armed.
    public var count: Int { state.withLock { $0.heap.count } }

    /// The earliest armed deadline.
    public var nextDeadline: MonotonicInstant? { state.withLock { $0.heap.nextDeadline() } }

    /// A new owner.
    public func makeID() -> ID {
        state.withLock { state in
            state.lastID += 1
            return ID(value: state.lastID)
        }
    }

    /// Arms the owner's deadline. When it is armed already, the earlier instant counts, and the new action.
    public func arm(_ id: ID, at deadline: MonotonicInstant, action: @escaping @Sendable () -> Void) {
        let wakes = state.withLock { state in
            state.actions[id] = action
            guard state.heap.schedule(id, at: deadline) else { return false }
            return state.isDriven && deadline < (state.sleepingUntil ?? .distantFuture)
        }
        if wakes { rearm.notify() }
    }

    /// Disarms the owner. An action that is running goes on.
    public func cancel(_ id: ID) {
        state.withLock { state in
            state.heap.cancel(id)
            _ = state.actions.removeValue(forKey: id)
        }
    }

    /// Runs the actions of all deadlines that have come, and returns the next one.
    @discardableResult
    package func fireDue() -> MonotonicInstant? {
        let now = time.now()
        while true {
            let (action, next): ((@Sendable () -> Void)?, MonotonicInstant?) = state.withLock { state in
                if let id = state.heap.popDue(at: now) { return (state.actions.removeValue(forKey: id), nil) }
                state.sleepingUntil = state.heap.nextDeadline()
                return (nil, state.sleepingUntil)
            }
            guard let action else { return next }
            action()
        }
    }

    /// Drives the timer until the task is canceled. Any number of callers may run it: the first drives, the others stand by and one of them
    /// takes over when it ends, so whoever needs the timer runs it without asking who else does.
    public func run() async {
        while !Task.isCancelled {
            let isMine = state.withLock { state in
                if state.isDriven { return false }
                state.isDriven = true
                return true
            }
            if isMine {
                await drive()
                state.withLock { state in
                    state.isDriven = false
                    state.sleepingUntil = nil
                }
                driverLeft.notify()
            } else {
                guard await driverLeft.wait() else { return }
            }
        }
    }

    private func drive() async {
        while !Task.isCancelled {
            guard let next = fireDue() else {
                guard await rearm.wait() else { return }
                continue
            }
            await withTaskGroup(of: Void.self) { group in
                group.addTask { [time] in
                    // Canceled when an earlier deadline came, or the timer ends.
                    do { try await time.sleepUntil(next) } catch { return }
                }
                group.addTask { [rearm] in _ = await rearm.wait() }
                await group.next()
                group.cancelAll()
            }
        }
    }
}
