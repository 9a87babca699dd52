// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Takes what a test starts to the task group in which it runs.
final class PartStarter: Sendable {
    struct Part: Sendable {
        let name: String
        let body: @Sendable () async throws -> Void
    }

    private let parts: AsyncStream<Part>
    private let continuation: AsyncStream<Part>.Continuation

    init() {
        // Bound: what the test starts.
        (parts, continuation) = AsyncStream.makeStream(of: Part.self, bufferingPolicy: .unbounded)
    }

    func start(_ part: Part) { continuation.yield(part) }

    /// Runs what is started until the task is canceled.
    ///
    /// - Throws: `SimulationError` when a part throws.
    func run(seed: UInt64) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for await part in parts {
                group.addTask {
                    do {
                        try await part.body()
                    } catch {
                        if Task.isCancelled { return }
                        // The loop above is no child of the group, so its end has to be told to it.
                        self.continuation.finish()
                        throw SimulationError(
                            code: .partFailed,
                            message: "\(part.name) ended with an error (seed \(seed)): \(error)",
                            underlying: error
                        )
                    }
                }
            }
        }
    }
}
