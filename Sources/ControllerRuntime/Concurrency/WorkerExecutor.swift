// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Threads of its own for code that the runtime did not write.
///
/// A reconciler that blocks or spins costs one of these threads; the threads of the concurrency runtime, on which timers, informers and
/// serving run, stay free. Threads are started when work waits and all others are busy, up to `maximumThreads`, and end with the executor.
public final class WorkerExecutor: TaskExecutor {
    private let pool: WorkerThreads

    /// An executor without threads yet.
    ///
    /// - Parameter maximumThreads: The most jobs that run at the same time; at least 1.
    public init(maximumThreads: Int) {
        pool = WorkerThreads(maximum: max(1, maximumThreads))
    }

    deinit { pool.stop() }

    /// How many threads have been started.
    public var threadCount: Int { pool.threadCount }

    /// Called by the concurrency runtime.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        pool.submit { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
