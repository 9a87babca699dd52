// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import ControllerRuntime
import DequeModule
import KubernetesClient

/// Runs the jobs of all tasks that prefer it one at a time, on one thread, so that a whole run has one order.
///
/// Child tasks and default actors follow the preference of their task. Tasks made by `Task {}` do not: they run elsewhere, at a time that
/// nobody chose. A job that blocks its thread blocks everything. Bound: jobs are those of tasks that exist, one each.
public final class SimulationExecutor: TaskExecutor {
    /// Which of several jobs that are ready runs next.
    public enum Order: Sendable, Hashable {
        /// The one that became ready first.
        case inOrder
        /// One that the seed chooses, so that each seed is another interleaving.
        case shuffled
    }

    private struct State {
        var ready: Deque<UnownedJob> = []
        /// Those that are ready, and the one that runs.
        var pending = 0
        var idleWaiters: Deque<CheckedContinuation<Void, Never>> = []
    }

    private let state = Locked(State())
    private let random: Locked<RandomSource>?
    private let thread = WorkerThreads(maximum: 1)

    /// An executor without a thread yet.
    ///
    /// - Parameter random: What `shuffled` chooses by.
    public init(order: Order = .inOrder, random: RandomSource = .seeded(0)) {
        self.random = order == .shuffled ? Locked(random) : nil
    }

    deinit { thread.stop() }

    /// Called by the concurrency runtime.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { state in
            state.ready.append(job)
            state.pending += 1
        }
        thread.submit { self.runOne() }
    }

    /// Suspends until no job is ready: whoever has not ended waits for time, for the caller, or for another thread. Several callers go on
    /// one after the other. Not cancellable, as it does not depend on anybody outside.
    public func waitUntilIdle() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                if state.pending == 0 { return true }
                state.idleWaiters.append(continuation)
                return false
            }
            if isIdle { continuation.resume() }
        }
    }

    private func runOne() {
        let count = state.withLock { $0.ready.count }
        // Only this thread takes jobs, so there are at least as many a moment later.
        let index = random.map { random in random.withLock { Int.random(in: 0..<count, using: &$0) } } ?? 0
        let job = state.withLock { $0.ready.remove(at: index) }
        job.runSynchronously(on: asUnownedTaskExecutor())
        let waiter = state.withLock { state in
            state.pending -= 1
            return state.pending == 0 ? state.idleWaiters.popFirst() : nil
        }
        waiter?.resume()
    }
}
