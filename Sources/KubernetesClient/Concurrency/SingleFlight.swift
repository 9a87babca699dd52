// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// One run of an operation at a time, whose value all get who ask while it goes on.
///
/// The operation has a task of its own, so a caller that is canceled, or has no more time, leaves the others and the operation alone. A run
/// whose callers have all left goes on to its end: what it finds is of use to the next. It must therefore have a limit of its own.
final class SingleFlight<Value: Sendable>: Sendable {
    /// How waiting came out.
    enum Outcome: Sendable {
        case value(Value)
        /// The caller's task was canceled.
        case canceled
        /// The caller's time was over.
        case timedOut
        /// ``shutdown()`` was called.
        case closed
    }

    private struct State {
        /// Set as long as a run goes on.
        var task: Task<Void, Never>?
        var waiters: [Int: CheckedContinuation<Outcome, Never>] = [:]
        var nextWaiter = 0
        var isClosed = false
    }

    private let sleepUntil: @Sendable (ContinuousClock.Instant) async throws -> Void
    private let state = Locked(State())

    /// - Parameter sleepUntil: How callers wait for the end of their time.
    init(sleepUntil: @escaping @Sendable (ContinuousClock.Instant) async throws -> Void = SystemClock.sleepUntil) {
        self.sleepUntil = sleepUntil
    }

    deinit {
        // Nobody waits: waiting keeps this alive.
        state.withLock { $0.task }?.cancel()
    }

    /// Starts a run unless one goes on, and does not wait for it.
    func start(_ operation: @escaping @Sendable () async -> Value) {
        state.withLock { begin(operation, &$0) }
    }

    /// Waits for the run that goes on, or for a new one.
    ///
    /// - Parameter deadline: When to wait no longer; nil for never.
    func value(
        until deadline: ContinuousClock.Instant? = nil,
        _ operation: @escaping @Sendable () async -> Value
    ) async -> Outcome {
        guard let deadline else { return await join(operation) }
        return await withTaskGroup(of: Outcome.self) { group in
            // Asks before its time is looked at, so that a run begins even for a caller that has none left.
            group.addImmediateTask { await self.join(operation) }
            group.addTask { [sleepUntil] in
                do {
                    try await sleepUntil(deadline)
                    return .timedOut
                } catch {
                    return .canceled
                }
            }
            let first = await group.next() ?? .canceled
            group.cancelAll()
            return first
        }
    }

    /// Waits for the end of the run that goes on, if one does.
    func landed() async { await state.withLock { $0.task }?.value }

    /// Cancels the run that goes on and waits for its end; then, and from now on, all who wait hear `closed`.
    func shutdown() async {
        let (task, waiters) = state.withLock { state in
            state.isClosed = true
            defer { state.waiters = [:] }
            return (state.task, state.waiters)
        }
        for waiter in waiters.values { waiter.resume(returning: .closed) }
        task?.cancel()
        await task?.value
    }

    private func join(_ operation: @escaping @Sendable () async -> Value) async -> Outcome {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let early: Outcome? = state.withLock { state in
                    if state.isClosed { return .closed }
                    // One that is canceled later finds the waiter.
                    if Task.isCancelled { return .canceled }
                    state.waiters[id] = continuation
                    begin(operation, &state)
                    return nil
                }
                if let early { continuation.resume(returning: early) }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume(returning: .canceled)
        }
    }

    private func begin(_ operation: @escaping @Sendable () async -> Value, _ state: inout State) {
        guard state.task == nil, !state.isClosed else { return }
        // Not a child of the caller, who may leave before it ends; `shutdown` and the end of this object see to its end.
        state.task = Task { [weak self] in
            let value = await operation()
            self?.finish(value)
        }
    }

    private func finish(_ value: Value) {
        let waiters = state.withLock { state in
            state.task = nil
            defer { state.waiters = [:] }
            return state.waiters
        }
        for waiter in waiters.values { waiter.resume(returning: .value(value)) }
    }
}
