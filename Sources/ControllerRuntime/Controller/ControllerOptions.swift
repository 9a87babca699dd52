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
    /// How many keys in a row may be reconciled for their priority, before one is because its priority was passed over for longest; see
    /// `WorkQueueOptions.overtakingLimit`.
    public var overtakingLimit: Int
    /// A key is reconciled at most once in this time, counted from the start of its last reconcile; zero for no limit. Retries and what
    /// reconciles ask for wait for it too.
    public var coalescingWindow: Duration
    /// The priority of the objects that are there when the controller begins to work, and of those of a resync.
    public var initialPriority: Int
    /// How often all objects of the sources are reconciled without a change, up to a tenth more or less; nil for never. Each time they are
    /// read from the cache, not from the server.
    public var resyncPeriod: Duration?
    /// How long the keys that wait are still reconciled after the controller was shut down; zero for not at all. It is part of the manager's
    /// grace period.
    public var drainBudget: Duration
    /// How long a key is held back after a write until the cache has seen it; then it is reconciled with `ReconcileContext.cacheMayBeStale`.
    public var readYourWritesBound: Duration
    /// Whether the controller works only while the process leads. Where nobody is elected, that makes no difference.
    public var needsLeaderElection: Bool
    /// Threads for the reconciler; nil for those of the environment, or else as many as workers and strays, at most 16 and what strays take.
    public var executor: (any TaskExecutor)?

    /// Options with the defaults: 4 workers, 2 minutes, 5 s of grace, 4 strays, 5 ms to 1000 s between attempts, 10 s for the cache;
    /// leaders only; 8 overtaking keys, no window, the start at low priority, no resync, no drain.
    public init(
        workers: Int = 4,
        budget: Duration? = .seconds(120),
        cancellationGrace: Duration = .seconds(5),
        maximumStrays: Int = 4,
        backoff: ExponentialBackoff = .perKey,
        readYourWritesBound: Duration = .seconds(10),
        needsLeaderElection: Bool = true,
        executor: (any TaskExecutor)? = nil,
        overtakingLimit: Int = 8,
        coalescingWindow: Duration = .zero,
        initialPriority: Int = WorkPriority.low,
        resyncPeriod: Duration? = nil,
        drainBudget: Duration = .zero
    ) {
        self.workers = workers
        self.budget = budget
        self.cancellationGrace = cancellationGrace
        self.maximumStrays = maximumStrays
        self.backoff = backoff
        self.readYourWritesBound = readYourWritesBound
        self.needsLeaderElection = needsLeaderElection
        self.executor = executor
        self.overtakingLimit = overtakingLimit
        self.coalescingWindow = coalescingWindow
        self.initialPriority = initialPriority
        self.resyncPeriod = resyncPeriod
        self.drainBudget = drainBudget
    }
}
