// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import ControllerRuntime
public import EmbeddedCluster
public import KubernetesClient
import Logging

/// A cluster, and the controllers under test in it, in which time passes only when the test says so and everything runs on one thread.
///
/// An hour takes milliseconds, and the same seed gives the same run to the last request. The parts: an embedded API server, a clock,
/// metrics, a log, and a network to the API server that a test can disturb. Swift's sets and dictionaries order their elements anew in each
/// process; code whose requests depend on such an order repeats across processes only with `SWIFT_DETERMINISTIC_HASHING=1`.
///
/// ```swift
/// try await SimulatedCluster.run { cluster in
///     cluster.start(manager)
///     try await cluster.admin.create(object)
///     try await cluster.wait(upTo: .seconds(60), for: "its copy") { copies.get(key) != nil }
/// }
/// ```
public final class SimulatedCluster: Sendable {
    /// What decides everything random.
    public let seed: UInt64
    /// The time of all parts. Move it by `advance` and `wait`.
    public let clock: ManualClock
    /// The API server.
    public let api: EmbeddedCluster
    /// The webhooks that the API server can reach.
    public let webhooks: WebhookHandlers
    /// What the code under test is made with.
    public let environment: RuntimeEnvironment
    /// What the code under test logs.
    public let log: LogCapture
    /// What goes wrong with the requests of `client`, by a script.
    public let faults: FaultScript
    /// What goes wrong with the requests of `client`, at random.
    public let chaos: Chaos
    /// The requests of `client`, when they were made and what came of them.
    public let trace: ExchangeTrace
    /// For the code under test.
    public let client: KubernetesClient
    /// For the test itself: nothing goes wrong and nothing is traced.
    public let admin: KubernetesClient

    let executor: SimulationExecutor
    let parts = PartStarter()

    /// A cluster that `run` runs.
    ///
    /// - Throws: `SimulationError` when `CLUSTER_SEED` is no seed.
    init(options: SimulatedClusterOptions) throws {
        seed = try options.resolveSeed()
        let seeds = RandomSource.seeded(seed)
        let clock = ManualClock(wallTime: options.start)
        self.clock = clock
        executor = SimulationExecutor(order: options.order, random: .seeded(seeds.next()))
        let identities = Locked(RandomSource.seeded(seeds.next()))
        log = LogCapture()
        environment = RuntimeEnvironment(
            time: clock.timeSource,
            random: .seeded(seeds.next()),
            logger: log.logger(label: "simulated"),
            executor: executor
        )
        webhooks = WebhookHandlers()
        api = try EmbeddedCluster(
            options: EmbeddedClusterOptions(
                clock: clock.clusterClock,
                randomBytes: { count in
                    identities.withLock { random in (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) } }
                },
                history: options.history,
                webhookCaller: webhooks
            )
        )
        faults = FaultScript()
        chaos = Chaos(seed: seeds.next(), rate: options.chaosRate)
        trace = ExchangeTrace(time: clock.timeSource)
        let faulty = FaultTransport(api.transport(), script: faults, chaos: chaos, time: clock.timeSource)
        let measured = InstrumentedTransport(trace.transport(over: faulty), host: "simulated", environment: environment)
        let quiet = Logger(label: "admin") { _ in SwiftLogNoOpLogHandler() }
        let sleep: @Sendable (Duration) async throws -> Void = { try await clock.timeSource.sleep(for: $0) }
        client = KubernetesClient(transport: measured, retryPolicy: .default, logger: environment.logger, sleep: sleep)
        admin = KubernetesClient(transport: api.transport(), retryPolicy: .default, logger: quiet, sleep: sleep)
    }

    // MARK: Time

    /// Waits until everybody waits: what the last change has set off has been done, as far as it needs no time.
    public func settle() async { await executor.waitUntilIdle() }

    /// Lets time pass, moment by moment: whoever wakes on the way does all that it has to do before time goes on.
    ///
    /// - Throws: `CancellationError`.
    public func advance(by duration: Duration) async throws {
        let end = clock.now.advanced(by: duration)
        await settle()
        while let next = clock.deadlines.first, next <= end {
            try Task.checkCancellation()
            clock.advance(to: next)
            await settle()
        }
        clock.advance(to: end)
        await settle()
    }

    /// Lets time pass until a state has come.
    ///
    /// - Parameters:
    ///   - limit: How long it may take, in the cluster's time.
    ///   - what: What is waited for, for the error.
    ///   - condition: Whether it has come; asked whenever everybody waits.
    /// - Throws: `SimulationError` when it has not come in time, with what happened last; what `condition` throws; `CancellationError`.
    public func wait(
        upTo limit: Duration = .seconds(60),
        for what: String,
        until condition: () async throws -> Bool
    ) async throws {
        let end = clock.now.advanced(by: limit)
        while true {
            await settle()
            try Task.checkCancellation()
            if try await condition() { return }
            guard let next = clock.deadlines.first, next <= end else { throw notReached(what, limit) }
            clock.advance(to: next)
        }
    }

    private func notReached(_ what: String, _ limit: Duration) -> SimulationError {
        let requests = trace.lines.suffix(20).joined(separator: "\n  ")
        let complaints = log.entries.filter { $0.level >= .warning }.suffix(10).map(\.message).joined(separator: "\n  ")
        return SimulationError(
            code: .notReached,
            message: """
                \(what) did not come within \(limit) of the cluster's time; repeat with CLUSTER_SEED=\(seed)
                The last requests:
                  \(requests)
                The last warnings:
                  \(complaints)
                """
        )
    }
}
