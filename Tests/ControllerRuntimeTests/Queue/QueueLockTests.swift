// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerTesting
import KubernetesClient
import Testing

@testable import ControllerRuntime

@Suite("The lock of the work queue", .timeLimit(.minutes(1)))
struct QueueLockTests {
    /// A key that tells when it is looked up, which the queue does while it holds its lock.
    private struct Spy: Hashable, Sendable {
        let number: Int
        let isLookedUp: @Sendable () -> Void

        static func == (lhs: Spy, rhs: Spy) -> Bool { lhs.number == rhs.number }

        func hash(into hasher: inout Hasher) {
            isLookedUp()
            hasher.combine(number)
        }
    }

    /// How many keys were looked up, at most, between two moments at which the lock was free: adds are counted when it has been left.
    private final class Share: Sendable {
        private let state = Locked((counted: -1.0, since: 0, most: 0))
        let metrics = MetricsRegistry()

        func lookUp() {
            let counted = metrics.value(of: "workqueue_adds_total", labels: ["name": "test", "controller": "test"]) ?? 0
            state.withLock { state in
                if state.counted != counted { (state.counted, state.since) = (counted, 0) }
                state.since += 1
                state.most = max(state.most, state.since)
            }
        }

        var most: Int { state.withLock { $0.most } }
    }

    private let clock = ManualClock()
    private let count = 10_000

    @Test("controller-runtime #3415, #3416: however many keys are added, the lock is held for a few hundred of them at once")
    func adding() {
        for isPlain in [true, false] {
            let share = Share()
            let environment = RuntimeEnvironment(time: clock.timeSource, metrics: share.metrics)
            let queue = WorkQueue<Spy>(name: "test", environment: environment)
            let keys = (0..<count).map { Spy(number: $0, isLookedUp: share.lookUp) }
            if isPlain { queue.add(contentsOf: keys) } else { queue.add(contentsOf: keys.map { KeyAddition($0) }) }
            #expect(share.most == LockShare.limit)
            #expect(queue.takeIfReady(upTo: count + 1).map(\.number) == Array(0..<count), "in their order")
            queue.done(contentsOf: keys)
            #expect(queue.processingCount == 0)
        }
    }

    @Test("however many keys are due at once, the lock is held for a few hundred of them")
    func due() {
        let share = Share()
        let environment = RuntimeEnvironment(time: clock.timeSource, metrics: share.metrics)
        let queue = WorkQueue<Spy>(name: "test", environment: environment)
        let isDue = Locked(false)
        for number in 0..<count {
            let key = Spy(number: number) { if isDue.withLock({ $0 }) { share.lookUp() } }
            queue.add(key, after: .milliseconds(number + 1))
        }
        clock.advance(by: .seconds(60))
        isDue.withLock { $0 = true }
        environment.timer.fireDue()
        // A key is looked up several times on its way.
        #expect(share.most > LockShare.limit && share.most < count / 2)
        #expect(queue.depth == count)
    }

    @Test("controller-runtime #3593: its state can be read while keys come and go")
    func reading() async {
        let environment = RuntimeEnvironment(time: clock.timeSource)
        let queue = WorkQueue<Int>(name: "test", environment: environment)
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<2 {
                group.addTask { for number in 0..<500 { queue.add(number * 2 + worker, priority: number % 3) } }
                group.addTask {
                    for _ in 0..<500 {
                        guard let key = await queue.next() else { return }
                        queue.done(key)
                    }
                }
            }
            group.addTask {
                for _ in 0..<50 {
                    let seen = queue.inspect(limit: 10)
                    #expect(seen.waiting.count == min(10, seen.depth))
                    #expect(seen.locked.count <= 2)
                    _ = environment.metrics.render()
                }
            }
        }
        #expect(queue.depth == 0)
    }
}
