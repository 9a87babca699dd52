// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import EmbeddedClusterServer
import KubernetesClient
import Logging
import ServiceLifecycle

/// Further operators, each a process of its own, kept running while the cluster does. One that ends is started again after a delay.
///
/// They end before the API server, in order, so that the leader among them gives its lease back. When the cluster's process vanishes, the
/// pipe that is their standard input ends, and they stop by themselves.
struct OperatorReplicas: Service {
    let count: Int
    let executable: String
    /// The flags of every replica but its health address.
    let arguments: [String]
    let state: LocalState
    let environment: RuntimeEnvironment
    /// Opens when there is something to connect to.
    let mayStart = Latch<Void>()
    private let running: Locked<[Int: ReplicaRecord]> = Locked([:])

    init(count: Int, executable: String, arguments: [String], state: LocalState, environment: RuntimeEnvironment) {
        self.count = count
        self.executable = executable
        self.arguments = arguments
        self.state = state
        self.environment = environment
    }

    private static let stopBudget: Duration = .seconds(8)
    private static let restartDelays = ExponentialBackoff(base: .seconds(1), cap: .seconds(30))

    func run() async throws {
        let stopping = Latch<Void>()
        try await withGracefulShutdownHandler {
            guard await mayStartOrStops(stopping) else { return }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 2...(count + 1) { group.addTask { try await keepRunning(number, until: stopping) } }
                // The first one that fails takes the others with it.
                while try await group.next() != nil {}
            }
        } onGracefulShutdown: {
            stopping.open(())
        }
        try state.write(replicas: [])
    }

    /// Why not all replicas work; nil when they do.
    func obstacle() async -> String? {
        let records = running.withLock { $0 }
        for number in 2...(count + 1) {
            guard let record = records[number] else { return "operator \(number) does not run" }
            if case .notReady(let reason) = await OperatorProbe(port: record.healthPort).part() {
                return "operator \(number) did not become ready: \(reason)"
            }
        }
        return nil
    }

    private func mayStartOrStops(_ stopping: Latch<Void>) async -> Bool {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = await mayStart.wait() }
            group.addTask { _ = await stopping.wait() }
            await group.next()
            group.cancelAll()
        }
        return mayStart.value != nil && stopping.value == nil && !Task.isCancelled
    }

    private func keepRunning(_ number: Int, until stopping: Latch<Void>) async throws {
        var failures = 0
        while stopping.value == nil, !Task.isCancelled {
            let started = environment.time.now()
            let port = try LoopbackPort.free()
            let process = try ReplicaProcess(
                executable: executable,
                arguments: arguments + ["--health-probe-bind-address", "127.0.0.1:\(port)"],
                log: state.directory.file("operator-\(number).log")
            )
            try note(ReplicaRecord(number: number, pid: process.pid, healthPort: port), number)
            await first({ _ = await process.ended.wait() }, { _ = await stopping.wait() })
            if process.ended.value == nil { await process.stop(budget: Self.stopBudget, time: environment.time) }
            try note(nil, number)
            guard stopping.value == nil, !Task.isCancelled else { return }
            failures = started.duration(to: environment.time.now()) > .seconds(60) ? 0 : failures + 1
            let delay = Self.restartDelays.delay(afterFailures: failures)
            environment.logger.error(
                "an operator has ended and is started again",
                metadata: ["number": "\(number)", "status": "\(process.ended.value ?? 0)", "after": "\(delay)"]
            )
            await first({ do { try await environment.time.sleep(for: delay) } catch {} }, { _ = await stopping.wait() })
        }
    }

    private func note(_ record: ReplicaRecord?, _ number: Int) throws(LocalClusterError) {
        // Written under the lock: two writers would take each other's temporary file away.
        try running.withLock { running throws(LocalClusterError) in
            running[number] = record
            try state.write(replicas: running.values.sorted { $0.number < $1.number })
        }
    }

    private func first(_ one: @escaping @Sendable () async -> Void, _ other: @escaping @Sendable () async -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await one() }
            group.addTask { await other() }
            await group.next()
            group.cancelAll()
        }
    }
}
