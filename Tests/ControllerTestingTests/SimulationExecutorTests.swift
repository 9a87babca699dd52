// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import KubernetesClient
import Testing

@testable import ControllerTesting

@Suite("The executor of a simulation", .timeLimit(.minutes(1)))
struct SimulationExecutorTests {
    private actor Counter {
        var order: [Int] = []
        func note(_ number: Int) { order.append(number) }
    }

    private func order(_ executor: SimulationExecutor) async -> [Int] {
        let noted = Locked<[Int]>([])
        await withTaskExecutorPreference(executor) {
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        for _ in 0..<3 {
                            noted.withLock { $0.append(number) }
                            await Task.yield()
                        }
                    }
                }
            }
        }
        return noted.withLock { $0 }
    }

    @Test("jobs run in the order in which they became ready")
    func inOrder() async {
        #expect(await order(SimulationExecutor()) == [0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7])
    }

    @Test("shuffled, each seed is an order of its own that repeats")
    func shuffled() async {
        let first = await order(SimulationExecutor(order: .shuffled, random: .seeded(5)))
        #expect(await order(SimulationExecutor(order: .shuffled, random: .seeded(5))) == first)
        #expect(await order(SimulationExecutor(order: .shuffled, random: .seeded(6))) != first)
    }

    @Test("idle is when everybody waits, actors included")
    func idle() async {
        let executor = SimulationExecutor()
        let clock = ManualClock()
        let counter = Counter()
        await withTaskExecutorPreference(executor) {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    for number in 0..<100 { await counter.note(number) }
                    do { try await clock.timeSource.sleep(for: .seconds(1)) } catch { return }
                    await counter.note(100)
                }
                await executor.waitUntilIdle()
                #expect(await counter.order.count == 100)
                clock.advance(by: .seconds(1))
                await executor.waitUntilIdle()
                #expect(await counter.order.count == 101)
            }
        }
    }

    @Test("whoever asks from outside while nothing runs is answered at once")
    func outside() async {
        await SimulationExecutor().waitUntilIdle()
    }
}
