// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import Testing

@Suite("The work queue", .timeLimit(.minutes(1)))
struct WorkQueueTests {
    private let clock = ManualClock()

    private func makeQueue(_ metrics: MetricsRegistry = MetricsRegistry()) -> (WorkQueue<String>, RuntimeEnvironment) {
        let environment = RuntimeEnvironment(time: clock.timeSource, metrics: metrics)
        return (WorkQueue(name: "test", environment: environment), environment)
    }

    @Test("a worker that waits gets the key that is added")
    func handOver() async {
        let (queue, _) = makeQueue()
        async let key = queue.next()
        queue.add("a")
        #expect(await key == "a")
        #expect(queue.processingCount == 1)
    }

    @Test("of two delayed adds of a key the earlier counts, and it comes once")
    func delayedEarliest() async {
        let (queue, environment) = makeQueue()
        queue.add("a", after: .seconds(10))
        queue.add("a", after: .seconds(3))
        queue.add("a", after: .seconds(7))
        clock.advance(by: .seconds(2))
        environment.timer.fireDue()
        #expect(queue.takeIfReady() == nil)
        clock.advance(by: .seconds(1))
        environment.timer.fireDue()
        #expect(queue.takeIfReady() == "a")
        queue.done("a")
        clock.advance(by: .seconds(100))
        environment.timer.fireDue()
        #expect(queue.takeIfReady() == nil)
        #expect(queue.delayedCount == 0)
    }

    @Test("an add without delay leaves the delayed one, so the key comes again later")
    func immediateKeepsDelayed() {
        let (queue, environment) = makeQueue()
        queue.add("a", after: .seconds(3))
        queue.add("a")
        #expect(queue.takeIfReady() == "a")
        queue.done("a")
        clock.advance(by: .seconds(3))
        environment.timer.fireDue()
        #expect(queue.takeIfReady() == "a")
    }

    @Test("a delay of nothing, or less, is an add", arguments: [Duration.zero, .seconds(-1)])
    func noDelay(delay: Duration) {
        let metrics = MetricsRegistry()
        let (queue, _) = makeQueue(metrics)
        queue.add("a", after: delay, priority: 7)
        #expect(queue.delayedCount == 0)
        #expect(queue.takeIfReady() == "a")
        let labels = ["name": "test", "controller": "test"]
        #expect(metrics.value(of: "workqueue_retries_total", labels: labels) == 0, "it is no retry")
    }

    @Test("a rate-limited add counts a failure although the key waits, or is worked on, already")
    func rateLimitedWaiting() {
        let (queue, environment) = makeQueue()
        queue.add("a")
        #expect(queue.addRateLimited("a") == .milliseconds(5))
        #expect(queue.addRateLimited("a") == .milliseconds(10))
        #expect(queue.failureCount(of: "a") == 2)
        #expect(queue.takeIfReady() == "a")
        #expect(queue.addRateLimited("a") == .milliseconds(20))
        #expect(queue.failureCount(of: "a") == 3)
        // The earliest of the delays counts.
        queue.done("a")
        clock.advance(by: .milliseconds(5))
        environment.timer.fireDue()
        #expect(queue.takeIfReady() == "a")
    }

    @Test("many delays of many keys need one armed deadline of the timer")
    func oneArmedDeadline() {
        let (queue, environment) = makeQueue()
        for second in 1...500 { queue.add("\(second)", after: .seconds(501 - second)) }
        #expect(environment.timer.count == 1)
        #expect(queue.delayedCount == 500)
        clock.advance(by: .seconds(250))
        environment.timer.fireDue()
        #expect(queue.depth == 250)
        #expect(environment.timer.count == 1)
    }

    @Test("the running timer brings delayed keys back without anyone asking")
    func timerDrives() async {
        let (queue, environment) = makeQueue()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await environment.timer.run() }
            queue.add("late", after: .seconds(60))
            await clock.waitForSleeper(until: clock.now.advanced(by: .seconds(60)))
            queue.add("early", after: .seconds(5))
            await clock.waitForSleeper(until: clock.now.advanced(by: .seconds(5)))
            clock.advance(by: .seconds(5))
            #expect(await queue.next() == "early")
            await clock.waitForSleeper(until: clock.now.advanced(by: .seconds(55)))
            clock.advance(by: .seconds(55))
            #expect(await queue.next() == "late")
            group.cancelAll()
        }
    }

    @Test("a failing key waits 5 ms, 10 ms, 20 ms and so on; forgetting starts anew")
    func rateLimit() {
        let (queue, _) = makeQueue()
        #expect((0..<5).map { _ in queue.addRateLimited("a") } == [5, 10, 20, 40, 80].map { Duration.milliseconds($0) })
        #expect(queue.failureCount(of: "a") == 5)
        #expect(queue.addRateLimited("b") == .milliseconds(5))
        queue.forget("a")
        #expect(queue.addRateLimited("a") == .milliseconds(5))
    }

    @Test("a worker whose task is canceled stops waiting and takes no key with it")
    func canceledWorker() async {
        let (queue, _) = makeQueue()
        let worker = Task { await queue.next() }
        worker.cancel()
        #expect(await worker.value == nil)
        queue.add("a")
        #expect(queue.takeIfReady() == "a")
    }

    @Test("keys taken in batches are locked like any other, and done in batches")
    func batches() async {
        let (queue, _) = makeQueue()
        queue.add(contentsOf: (0..<5).map(String.init))
        #expect(queue.takeIfReady(upTo: 3) == ["0", "1", "2"])
        queue.add(contentsOf: ["0", "3", "5"])
        #expect(queue.takeIfReady(upTo: 10) == ["3", "4", "5"])
        #expect(queue.takeIfReady(upTo: 10) == [])
        async let waiting = queue.next()
        queue.done(contentsOf: ["1", "0", "2", "unknown"])
        #expect(await waiting == "0")
        #expect(queue.processingCount == 4)
    }

    @Test("shutting down wakes everyone who waits")
    func shutDownWakes() async {
        let (queue, _) = makeQueue()
        await withTaskGroup(of: String?.self) { group in
            for _ in 0..<10 { group.addTask { await queue.next() } }
            queue.shutDown()
            for await key in group { #expect(key == nil) }
        }
        queue.add("a")
        #expect(queue.takeIfReady() == nil)
    }

    @Test("a drained queue lets a waiting worker have the key that comes again, then ends")
    func drainWaitsForRepeat() async {
        let (queue, _) = makeQueue()
        queue.add("a")
        #expect(await queue.next() == "a")
        queue.add("a")
        queue.shutDown()
        async let again = queue.next()
        queue.done("a")
        #expect(await again == "a")
        queue.done("a")
        #expect(await queue.next() == nil)
    }

    @Test("client-go's metrics tell adds, depth, waits, work and retries")
    func metrics() {
        let metrics = MetricsRegistry()
        let (queue, environment) = makeQueue(metrics)
        queue.add("a")
        queue.add("a")
        queue.add("b")
        queue.addRateLimited("c")
        clock.advance(by: .seconds(2))
        _ = queue.takeIfReady()
        clock.advance(by: .seconds(3))
        let labels = ["name": "test", "controller": "test"]
        _ = metrics.render()
        #expect(metrics.value(of: "workqueue_adds_total", labels: labels) == 2)
        #expect(metrics.value(of: "workqueue_depth", labels: labels.merging(["priority": "0"]) { $1 }) == 1)
        #expect(metrics.value(of: "workqueue_retries_total", labels: labels) == 1)
        #expect(metrics.value(of: "workqueue_queue_duration_seconds", labels: labels) == 1)
        #expect(metrics.value(of: "workqueue_unfinished_work_seconds", labels: labels) == 3)
        #expect(metrics.value(of: "workqueue_longest_running_processor_seconds", labels: labels) == 3)
        queue.done("a")
        #expect(metrics.value(of: "workqueue_work_duration_seconds", labels: labels) == 1)
        _ = environment
    }

    @Test("the depth is told by priority; those that have emptied are told as zero")
    func depthByPriority() {
        let metrics = MetricsRegistry()
        let (queue, environment) = makeQueue(metrics)
        queue.add(contentsOf: ["a", "b"], priority: WorkPriority.low)
        queue.add("c")
        func depth(_ priority: String) -> Double? {
            _ = metrics.render()
            return metrics.value(
                of: "workqueue_depth",
                labels: ["name": "test", "controller": "test", "priority": priority]
            )
        }
        #expect(depth("-100") == 2)
        #expect(depth("0") == 1)
        #expect(queue.takeIfReady(upTo: 3) == ["c", "a", "b"])
        #expect(depth("-100") == 0)
        queue.add(contentsOf: (1...40).map { KeyAddition("k\($0)", priority: $0) })
        #expect(depth("40") == 1)
        #expect(depth("1") == nil, "no more than 25 priorities are told apart")
        #expect(depth("exceeded_cardinality_limit") == 17)
        _ = environment
    }

    @Test("a worker is told why, how urgent and how long the key waited")
    func items() async {
        let (queue, environment) = makeQueue()
        queue.add("a", after: .seconds(5), priority: WorkPriority.low, cause: ReconcileCause(.requeued))
        queue.add("a", after: .seconds(9), priority: 4, cause: ReconcileCause(.retried))
        queue.add("a", after: .seconds(7))
        clock.advance(by: .seconds(5))
        environment.timer.fireDue()
        queue.add("a", cause: ReconcileCause(.updated, kind: "Pod", object: ObjectKey(namespace: "n", name: "p")))
        clock.advance(by: .seconds(2))
        let item = await queue.nextItem()
        #expect(item?.key == "a")
        #expect(item?.priority == 4)
        #expect(item?.waited == .seconds(2))
        #expect(item?.causes.description == "requeued, retried, updated Pod n/p")
    }

    @Test("the timer ends a key's window, and a waiting worker gets the key")
    func window() async {
        let environment = RuntimeEnvironment(time: clock.timeSource)
        let options = WorkQueueOptions<String>(coalescingWindow: .seconds(10))
        let queue = WorkQueue(name: "test", environment: environment, options: options)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await environment.timer.run() }
            for add in [{ queue.add("a") }, { queue.add(contentsOf: ["a"]) }, { queue.add(contentsOf: [KeyAddition("a")]) }] {
                add()
                #expect(await queue.next() == "a")
                queue.done("a")
                add()
                #expect(queue.delayedCount == 1)
                #expect(queue.takeIfReady() == nil)
                await clock.waitForSleeper(until: clock.now.advanced(by: .seconds(10)))
                clock.advance(by: .seconds(10))
                #expect(await queue.next() == "a")
                clock.advance(by: .seconds(10))
                queue.done("a")
            }
            group.cancelAll()
        }
    }

    @Test("a failing key keeps its priority through its backoff")
    func priorityOfRetry() {
        let (queue, environment) = makeQueue()
        queue.addRateLimited("a", priority: WorkPriority.low)
        clock.advance(by: .milliseconds(5))
        environment.timer.fireDue()
        queue.add("b")
        #expect(queue.takeIfReady(upTo: 2) == ["b", "a"])
    }

    @Test("flows take turns: the key of a quiet tenant comes next")
    func flows() {
        let options = WorkQueueOptions<String>(flow: { String($0.prefix(1)) })
        let queue = WorkQueue(name: "test", environment: RuntimeEnvironment(time: clock.timeSource), options: options)
        queue.add(contentsOf: (0..<1000).map { "a\($0)" })
        queue.add("b")
        queue.add(contentsOf: [KeyAddition("c")])
        #expect(queue.takeIfReady(upTo: 4) == ["a0", "b", "c", "a1"])
    }

    @Test("a drain hands out what waits until its budget ends, then drops the rest and says how much")
    func drainBudget() async {
        let (queue, environment) = makeQueue()
        queue.add(contentsOf: ["a", "b", "c"])
        queue.add("late", after: .seconds(1))
        let dropped = Latch<Int>()
        queue.shutDown(drainingFor: .seconds(10)) { dropped.open($0) }
        queue.add("refused")
        #expect(await queue.next() == "a")
        clock.advance(by: .seconds(9))
        environment.timer.fireDue()
        #expect(await queue.next() == "b")
        queue.done("a")
        clock.advance(by: .seconds(1))
        environment.timer.fireDue()
        #expect(dropped.value == 1)
        #expect(await queue.next() == nil)
    }

    @Test("a drain that is over before its budget ends without dropping anything")
    func quickDrain() async {
        let (queue, environment) = makeQueue()
        queue.add("a")
        let dropped = Latch<Int>()
        queue.shutDown(drainingFor: .seconds(10)) { dropped.open($0) }
        #expect(await queue.next() == "a")
        queue.done("a")
        #expect(await queue.next() == nil)
        clock.advance(by: .seconds(10))
        environment.timer.fireDue()
        #expect(dropped.value == nil)
    }

    @Test("a second shutdown changes nothing but what it is asked for: what waits can still be dropped, once")
    func secondShutDown() async {
        let (queue, environment) = makeQueue()
        queue.add(contentsOf: ["a", "b", "c"])
        let dropped = Calls<Int>()
        queue.shutDown(drainingFor: .seconds(10)) { dropped.put($0) }
        #expect(queue.shutDown() == 0)
        queue.shutDown(drainingFor: .seconds(5)) { dropped.put($0) }
        #expect(await queue.next() == "a")
        #expect(queue.shutDown(dropPending: true) == 2)
        #expect(queue.shutDown(dropPending: true) == 0)
        #expect(await queue.next() == nil)
        queue.done("a")
        clock.advance(by: .seconds(10))
        environment.timer.fireDue()
        #expect(dropped.rest.isEmpty, "the drain had ended before its budget")
        #expect(queue.shutDown() == 0)
    }

    @Test("workers canceled at random times lose no key and never share one")
    func cancellationStorm() async {
        let keys = 300
        let rounds = 20
        let (queue, _) = makeQueue()
        let busy = BusyKeys()
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<6 {
                group.addTask {
                    var random = RandomSource.seeded(UInt64(worker))
                    while !busy.isComplete(keys: keys, rounds: rounds) {
                        let consumer = Task { await queue.next() }
                        if Int.random(in: 0..<3, using: &random) == 0 { consumer.cancel() }
                        guard let key = await consumer.value else { continue }
                        busy.start(key)
                        await Task.yield()
                        busy.end(key)
                        queue.done(key)
                        if busy.isComplete(keys: keys, rounds: rounds) { queue.shutDown(dropPending: true) }
                    }
                }
            }
            group.addTask {
                // Adds each key again until it has been worked on often enough; an add that is lost never ends.
                while !busy.isComplete(keys: keys, rounds: rounds) {
                    for key in 0..<keys where busy.count("\(key)") < rounds { queue.add("\(key)") }
                    await Task.yield()
                }
                queue.shutDown(dropPending: true)
            }
        }
        #expect(busy.overlaps == 0)
    }
}
