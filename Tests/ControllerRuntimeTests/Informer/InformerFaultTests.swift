// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import EmbeddedCluster
import HTTPTypes
import KubernetesClient
import KubernetesCore
import KubernetesMeta
import Logging
import Testing

@Suite("The informer over a bad network", .timeLimit(.minutes(2)))
struct InformerFaultTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test(
        "whatever is dropped, delayed, sent twice, refused, cut or garbled, the store ends as the server's state",
        arguments: [UInt64(11), 2030, 987_654],
        [InitialState.pages, .stream]
    )
    func converges(seed: UInt64, initialState: InitialState) async throws {
        print("seed \(seed), \(initialState)")
        let clock = ManualClock()
        let cluster = try EmbeddedCluster(
            // Little history, so that a watch that was away for a while finds its revision gone.
            options: EmbeddedClusterOptions(clock: clock.clusterClock, history: HistoryLimit(changes: 20))
        )
        let script = FaultScript()
        let client = KubernetesClient(
            transport: FaultTransport(
                RepeatingTransport(cluster.transport(), random: .seeded(seed &+ 1)),
                script: script
            ),
            retryPolicy: .never,
            logger: logger,
            sleep: { _ in }
        )
        let writer = Writer(client: KubernetesClient(transport: cluster.transport(), logger: logger), random: .seeded(seed))
        let environment = RuntimeEnvironment(time: clock.timeSource, random: .seeded(seed), logger: logger)
        let options = InformerOptions(initialState: initialState, pageSize: 3)
        let informer = Informer<ConfigMap>(client: client, options: options, environment: environment)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await informer.run() }
            group.addTask {
                // Whenever somebody sleeps, the time has come: waits cost nothing, and silent watches are given up all the time.
                while !Task.isCancelled {
                    if let next = clock.deadlines.first { clock.advance(to: next) }
                    await Task.yield()
                }
            }
            defer { group.cancelAll() }
            var random = RandomSource.seeded(seed)
            var gates: [FaultGate] = []
            for round in 0..<60 {
                script.add(randomFault(&random, &gates), skips: Int.random(in: 0..<3, using: &random))
                for _ in 0..<5 { try await writer.writeSomething() }
                if round % 3 == 2 {
                    for gate in gates { gate.open() }
                    gates = []
                }
            }
            for gate in gates { gate.open() }
            script.clear()
            let list = try await writer.client.list(ConfigMap.self)
            let isCaughtUp = Latch<Void>()
            informer.whenCaughtUp(to: list.metadata.resourceVersion ?? "") { isCaughtUp.open(()) }
            _ = await isCaughtUp.wait()
            let expected = Dictionary(uniqueKeysWithValues: list.items.map { (ObjectKey($0), $0.metadata.resourceVersion) })
            let actual = Dictionary(uniqueKeysWithValues: informer.list().map { (ObjectKey($0), $0.metadata.resourceVersion) })
            #expect(actual == expected)
        }
        await cluster.shutdown()
    }

    private func randomFault(_ random: inout RandomSource, _ gates: inout [FaultGate]) -> Fault {
        switch Int.random(in: 0..<11, using: &random) {
        case 0: .fail(.refused)
        case 1: .fail(.timedOut)
        case 2: .loseAnswer(.closed)
        case 3: .status(code: 410, reason: "Expired")
        case 4: .status(code: 500, reason: "InternalError")
        case 5: .status(code: 429, reason: "TooManyRequests", retryAfter: 1)
        case 6: .status(code: 504, reason: "Timeout")
        case 7: .garbage(Array("<html>".utf8))
        case 8: .status(code: 422, reason: "Invalid")
        case 9: hold(&gates)
        default: .truncate(afterBytes: Int.random(in: 0..<3000, using: &random))
        }
    }

    private func hold(_ gates: inout [FaultGate]) -> Fault {
        let gate = FaultGate()
        gates.append(gate)
        return .hold(gate)
    }

    /// Creates, changes and deletes a handful of ConfigMaps.
    private final class Writer: Sendable {
        let client: KubernetesClient
        private let random: Locked<RandomSource>
        private let names = Locked<Set<String>>([])
        private let counter = Locked(0)

        init(client: KubernetesClient, random: RandomSource) {
            self.client = client
            self.random = Locked(random)
        }

        func writeSomething() async throws {
            let (name, choice) = random.withLock { random in
                ("c\(Int.random(in: 0..<12, using: &random))", Int.random(in: 0..<3, using: &random))
            }
            let number = counter.withLock { counter in
                counter += 1
                return counter
            }
            let exists = names.withLock { $0.contains(name) }
            if !exists {
                _ = try await client.create(
                    ConfigMap(metadata: ObjectMeta(name: name, namespace: "default"), data: ["n": "\(number)"])
                )
                names.withLock { _ = $0.insert(name) }
            } else if choice == 0 {
                try await client.delete(ConfigMap.self, name: name, namespace: "default")
                names.withLock { _ = $0.remove(name) }
            } else {
                _ = try await client.replace(
                    ConfigMap(metadata: ObjectMeta(name: name, namespace: "default"), data: ["n": "\(number)"])
                )
            }
        }
    }
}
