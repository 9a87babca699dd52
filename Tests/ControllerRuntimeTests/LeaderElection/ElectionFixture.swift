// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerTesting
import EmbeddedCluster
import KubernetesClient
import KubernetesCoordination
import Logging
import Testing

@testable import ControllerRuntime

/// A cluster with a lease, contenders and a clock that the test moves.
struct ElectionFixture {
    let clock = ManualClock()
    let cluster: EmbeddedCluster

    init() throws { cluster = try EmbeddedCluster(options: EmbeddedClusterOptions(clock: clock.clusterClock)) }

    /// One process: an environment of its own, a network of its own.
    struct Contender {
        let elector: LeaderElector
        let environment: RuntimeEnvironment
        let script: FaultScript
        let client: KubernetesClient
    }

    func contender(_ identity: String, labels: [String: String] = [:], logger: Logger? = nil) throws -> Contender {
        let logger = logger ?? Logger(label: identity) { _ in SwiftLogNoOpLogHandler() }
        let environment = RuntimeEnvironment(time: clock.timeSource, random: .seeded(1), logger: logger)
        let script = FaultScript()
        let client = KubernetesClient(transport: FaultTransport(cluster.transport(), script: script), logger: logger)
        var options = LeaderElectionOptions(leaseName: "lock", leaseNamespace: "default", identity: identity)
        options.labels = labels
        let elector = try LeaderElector(client: client, options: options, environment: environment)
        return Contender(elector: elector, environment: environment, script: script, client: client)
    }

    func at(_ seconds: Double) -> MonotonicInstant { MonotonicInstant(nanoseconds: Int64(seconds * 1e9)) }

    /// Moves the clock to an instant that somebody sleeps until, once he does.
    func pass(_ seconds: Double) async {
        await clock.waitForSleeper(until: at(seconds))
        clock.advance(to: at(seconds))
    }

    /// Moves the clock to an instant that somebody sleeps until, by way of everything that is due earlier.
    func passThrough(to seconds: Double) async {
        while clock.now < at(seconds), !Task.isCancelled {
            await clock.advanceToNextDeadline(notLongerThan: clock.now.duration(to: at(seconds)))
        }
    }

    func lease() async throws -> Lease {
        let client = KubernetesClient(
            transport: cluster.transport(),
            logger: Logger(label: "l") { _ in SwiftLogNoOpLogHandler() }
        )
        return try await client.get(Lease.self, name: "lock", namespace: "default")
    }
}

extension LeaderElector {
    /// Waits until it stands where `condition` says.
    @discardableResult
    nonisolated func waits<Result: Sendable>(for condition: (Leadership) -> Result?) async throws -> Result {
        for await leadership in leadership() { if let result = condition(leadership) { return result } }
        throw CancellationError()
    }

    nonisolated func nextTerm() async throws -> LeadershipTerm { try await waits { $0.term } }

    nonisolated func follows(_ leader: String?) async throws {
        try await waits { $0 == .following(leader: leader) ? () : nil }
    }

    nonisolated func loses(_ term: LeadershipTerm) async throws { try await waits { $0 == .lost(term) ? () : nil } }
}
