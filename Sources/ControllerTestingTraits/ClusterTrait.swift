// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import ControllerTesting
public import Testing

/// Gives each test a simulated cluster of its own: `try SimulatedCluster.current`.
///
/// ```swift
/// @Test("a copy appears", .cluster)
/// func copies() async throws {
///     let cluster = try SimulatedCluster.current
///     …
/// }
/// ```
///
/// The seed is printed. A test that failed is repeated exactly with `CLUSTER_SEED=… swift test --filter …`.
public struct ClusterTrait: TestTrait, SuiteTrait, TestScoping {
    private let options: SimulatedClusterOptions

    /// A suite with this trait gives it to each of its tests.
    public var isRecursive: Bool { true }

    init(options: SimulatedClusterOptions) { self.options = options }

    /// Runs the test in a cluster; called by the testing library.
    public func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await withoutActuallyEscaping(function) { function in
            try await SimulatedCluster.run(options) { _ in try await function() }
        }
    }
}

extension Trait where Self == ClusterTrait {
    /// A simulated cluster with a new seed for each run.
    public static var cluster: Self { ClusterTrait(options: SimulatedClusterOptions()) }

    /// A simulated cluster with these options.
    public static func cluster(_ options: SimulatedClusterOptions) -> Self { ClusterTrait(options: options) }

    /// A simulated cluster whose run is decided by `seed`.
    public static func cluster(seed: UInt64) -> Self { ClusterTrait(options: SimulatedClusterOptions(seed: seed)) }
}
