// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import EmbeddedCluster
public import ServiceLifecycle

extension SimulatedCluster {
    @TaskLocal private static var running: SimulatedCluster?

    /// The cluster in which the present task runs.
    ///
    /// - Throws: `SimulationError` when there is none.
    public static var current: SimulatedCluster {
        get throws {
            if let running { return running }
            throw SimulationError(
                code: .noCluster,
                message:
                    "this code runs in no simulated cluster; give the test the trait .cluster, or call it in SimulatedCluster.run"
            )
        }
    }

    /// Makes a cluster, runs `body` in it, and ends all that was started.
    ///
    /// - Throws: What `body` throws; `SimulationError` when something that was started ended with an error.
    public static func run(
        _ options: SimulatedClusterOptions = SimulatedClusterOptions(),
        _ body: @escaping @Sendable (SimulatedCluster) async throws -> Void
    ) async throws {
        let cluster = try SimulatedCluster(options: options)
        print("simulated cluster: seed \(cluster.seed) (repeat with CLUSTER_SEED=\(cluster.seed))")
        try await withTaskExecutorPreference(cluster.executor) {
            try await $running.withValue(cluster) { try await cluster.run(body) }
        }
        await cluster.api.shutdown()
    }

    /// Runs something beside the test until the test has ended, as `main` would; then it is canceled.
    ///
    /// - Parameter name: For the error when it throws.
    public func start(_ name: String, _ body: @escaping @Sendable () async throws -> Void) {
        parts.start(PartStarter.Part(name: name, body: body))
    }

    /// Runs a service, such as a manager or a simulated node, beside the test.
    public func start(_ service: any Service) { start("\(type(of: service))") { try await service.run() } }

    // MARK: The life of a run

    private func run(_ body: @escaping @Sendable (SimulatedCluster) async throws -> Void) async throws {
        let isEnding = Latch<Void>()
        let hasEnded = Latch<Void>()
        let result: Result<Void, any Error> = await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.letTimePass(from: isEnding, until: hasEnded) }
            let result = await self.runParts(body, isEnding)
            hasEnded.open(())
            return result
        }
        try result.get()
    }

    private func runParts(
        _ body: @escaping @Sendable (SimulatedCluster) async throws -> Void,
        _ isEnding: Latch<Void>
    ) async -> Result<Void, any Error> {
        await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await self.api.run()
                return false
            }
            group.addTask {
                try await self.parts.run(seed: self.seed)
                return false
            }
            group.addTask {
                try await body(self)
                return true
            }
            var result: Result<Void, any Error> = .success(())
            do {
                while let isBody = try await group.next(), !isBody {}
            } catch {
                result = .failure(error)
            }
            isEnding.open(())
            group.cancelAll()
            return result
        }
    }

    /// When everything has been canceled, nobody moves the clock any more, and what has to wait for a grace would wait for ever.
    private func letTimePass(from isEnding: Latch<Void>, until hasEnded: Latch<Void>) async {
        _ = await isEnding.wait()
        while hasEnded.value == nil {
            await settle()
            if hasEnded.value != nil { return }
            guard let next = clock.deadlines.first else {
                // Somebody waits for another thread, which will come.
                _ = await hasEnded.wait()
                return
            }
            clock.advance(to: next)
        }
    }
}
