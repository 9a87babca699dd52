// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import ControllerRuntime
public import EmbeddedCluster
import Glibc

/// What a `SimulatedCluster` is made with. Everything has a default.
public struct SimulatedClusterOptions: Sendable {
    /// Decides everything that is random: names, jitter, chaos, the order of jobs. Nil for the one that the environment variable
    /// `CLUSTER_SEED` names, else a new one.
    public var seed: UInt64?
    /// Which of several jobs that are ready runs next.
    public var order: SimulationExecutor.Order
    /// How often a request of the code under test goes wrong, from 0 for never to 1; see `Chaos`.
    public var chaosRate: Double
    /// How much history the API server keeps for watches; little of it makes a watch that was away find its revision gone.
    public var history: HistoryLimit
    /// The calendar at the beginning, by default the first second of 2030.
    public var start: WallTime

    /// Options: a seed of its own for each run, jobs in order, no chaos.
    public init(
        seed: UInt64? = nil,
        order: SimulationExecutor.Order = .inOrder,
        chaosRate: Double = 0,
        history: HistoryLimit = HistoryLimit(),
        start: WallTime = WallTime(seconds: 1_893_456_000)
    ) {
        self.seed = seed
        self.order = order
        self.chaosRate = chaosRate
        self.history = history
        self.start = start
    }

    /// - Parameter variable: What `CLUSTER_SEED` holds; nil when it is not set.
    func resolveSeed(variable: String? = getenv("CLUSTER_SEED").map { String(cString: $0) }) throws(SimulationError) -> UInt64 {
        if let seed { return seed }
        guard let variable, !variable.isEmpty else { return .random(in: 0...999_999) }
        guard let seed = UInt64(variable) else {
            throw SimulationError(
                code: .badSeed,
                message: "CLUSTER_SEED is '\(variable)'; give it the number that a run has printed, or unset it"
            )
        }
        return seed
    }
}
