// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// How a controller works.
public struct ControllerOptions: Sendable {
    /// How many keys are reconciled at the same time.
    public var workers: Int
    /// How long one reconcile may take before it is canceled; nil for no limit.
    public var budget: Duration?
    /// How long a canceled reconcile may take to end before it counts as a stray: its worker slot is given to another key, its own key
    /// stays locked until it ends.
    public var cancellationGrace: Duration
    /// How many strays there may be before `/readyz` fails and no more slots are replaced.
    public var maximumStrays: Int
    /// How long a failing key waits.
    public var backoff: ExponentialBackoff
    /// How long a key is held back after a write until the cache has seen it; then it is reconciled with `ReconcileContext.cacheMayBeStale`.
    public var readYourWritesBound: Duration
    /// Whether the controller works only while the process leads. Where nobody is elected, that makes no difference.
    public var needsLeaderElection: Bool
    /// Threads for the reconciler; nil for those of the environment, or else as many as workers and strays, at most 16 and what strays take.
    public var executor: (any TaskExecutor)?

    /// Options with the defaults: 4 workers, 2 minutes, 5 s of grace, 4 strays, 5 ms to 1000 s between attempts, 10 s for the cache;
    /// leaders only.
    public init(
        workers: Int = 4,
        budget: Duration? = .seconds(120),
        cancellationGrace: Duration = .seconds(5),
        maximumStrays: Int = 4,
        backoff: ExponentialBackoff = .perKey,
        readYourWritesBound: Duration = .seconds(10),
        needsLeaderElection: Bool = true,
        executor: (any TaskExecutor)? = nil
    ) {
        self.workers = workers
        self.budget = budget
        self.cancellationGrace = cancellationGrace
        self.maximumStrays = maximumStrays
        self.backoff = backoff
        self.readYourWritesBound = readYourWritesBound
        self.needsLeaderElection = needsLeaderElection
        self.executor = executor
    }
}
