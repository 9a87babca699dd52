// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import EmbeddedClusterServer
import Foundation
import KubernetesClient
import KubernetesCoordination
import KubernetesCore
import KubernetesMeta
import Testing

@testable import LocalCluster

/// Whoever waits for an exit test waits for any child of the process, and for ever when another one of them has ended and nobody takes it
/// away. So these tests have a process of their own.
@Suite(
    "A reconciler that traps",
    .enabled(if: ProcessInfo.processInfo.environment["EXIT_TESTS"] == "true", "needs EXIT_TESTS=true, as hack/test.sh sets it"),
    .timeLimit(.minutes(2))
)
struct TrapTests {
    @Test("ends its process, and another replica leads when the lease has expired, and works on")
    func takeOver() async throws {
        let temporary = try TemporaryDirectory()
        let options = LocalClusterOptions(
            stateDirectory: temporary.file("state"),
            replicas: 0,
            runsNode: false,
            logLevel: "critical"
        )
        let server = LocalClusterServer(options: options, version: "1.2.3")
        let (records, ready) = AsyncStream<RunRecord>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { ready.finish() }
                try await server.run { ready.yield($0) }
            }
            var iterator = records.makeAsyncIterator()
            let record = try #require(await iterator.next())
            let state = try LocalState(options.stateDirectory)
            let first = TrappingReplica(
                identity: "first",
                server: record.server,
                authority: try #require(try state.directory.directory("pki").read("ca.crt")),
                token: try StoredToken.load(in: state.directory)
            )
            try await Self.fail(first)
            group.cancelAll()
            do { try await group.waitForAll() } catch is CancellationError {}
        }
    }

    private static func fail(_ first: TrappingReplica) async throws {
        let client = try first.client()
        _ = try await client.create(ConfigMap(metadata: ObjectMeta(name: "work", namespace: "default")))
        await #expect(processExitsWith: .failure) { [first] in
            try await first.run { _ in fatalError("a bug") }
        }
        var lease = try await client.get(Lease.self, name: "trapping", namespace: "default")
        #expect(lease.spec?.holderIdentity == "first", "a trap gives nothing back")
        let second = TrappingReplica(
            identity: "second",
            server: first.server,
            authority: first.authority,
            token: first.token
        )
        let (keys, reconciled) = AsyncStream<ObjectKey>.makeStream()
        let running = Task { try await second.run { reconciled.yield($0) } }
        var iterator = keys.makeAsyncIterator()
        #expect(await iterator.next() == ObjectKey(namespace: "default", name: "work"))
        lease = try await client.get(Lease.self, name: "trapping", namespace: "default")
        #expect(lease.spec?.holderIdentity == "second")
        #expect(lease.spec?.leaseTransitions == 1)
        running.cancel()
        try await running.value
        await client.transport.shutdown()
    }
}
