// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import Testing

@Suite("The queue state, as client-go's work queue")
struct QueueStateTests {
    private let now = MonotonicInstant(nanoseconds: 0)

    private func at(_ seconds: Int64) -> MonotonicInstant { MonotonicInstant(nanoseconds: seconds * 1_000_000_000) }

    @Test("keys come out in the order they went in, each once")
    func order() {
        var queue = QueueState<String>()
        #expect(queue.add("a", now: now) == .queued)
        #expect(queue.add("b", now: now) == .queued)
        #expect(queue.add("a", now: now) == .merged)
        #expect(queue.depth == 2)
        #expect(queue.take(now: now)?.key == "a")
        #expect(queue.take(now: now)?.key == "b")
        #expect(queue.take(now: now) == nil)
    }

    @Test("a key added while it is worked on is not handed out twice, and once more afterwards")
    func addWhileProcessing() {
        var queue = QueueState<String>()
        _ = queue.add("a", now: now)
        _ = queue.take(now: now)
        #expect(queue.add("a", now: at(1)) == .merged)
        #expect(queue.add("a", now: at(2)) == .merged)
        #expect(queue.take(now: at(2)) == nil)
        #expect(queue.finish("a", now: at(3)) == .seconds(3))
        let taken = queue.take(now: at(5))
        #expect(taken?.key == "a")
        #expect(taken?.waited == .seconds(4), "the wait counts from the first add")
        _ = queue.finish("a", now: at(6))
        #expect(queue.take(now: at(6)) == nil)
    }

    @Test("a parked key is locked, keeps adds, and comes back when it is given free")
    func park() {
        var queue = QueueState<String>()
        _ = queue.add("a", now: now)
        _ = queue.take(now: now)
        #expect(queue.park("a", now: at(2)) == .seconds(2))
        #expect(queue.processingCount == 0)
        #expect(queue.parkedCount == 1)
        #expect(queue.add("a", now: at(3)) == .merged)
        #expect(queue.take(now: at(3)) == nil)
        let freed = queue.unpark("a", now: now)
        #expect(freed)
        #expect(queue.take(now: at(4))?.key == "a")
    }

    @Test("a parked key without new adds is forgotten when it is given free")
    func parkQuietly() {
        var queue = QueueState<String>()
        _ = queue.add("a", now: now)
        _ = queue.take(now: now)
        _ = queue.park("a", now: now)
        let freed = queue.unpark("a", now: now)
        let freedAgain = queue.unpark("a", now: now)
        #expect(freed)
        #expect(!freedAgain)
        #expect(queue.depth == 0)
        #expect(queue.add("a", now: now) == .queued)
    }

    @Test("done for a key that nobody works on changes nothing")
    func finishUnknown() {
        var queue = QueueState<String>()
        #expect(queue.finish("a", now: now) == nil)
        _ = queue.add("a", now: now)
        #expect(queue.finish("a", now: now) == nil)
        #expect(queue.take(now: now)?.key == "a")
    }

    @Test("a drained queue hands out what waits and what comes again, then is exhausted")
    func drain() {
        var queue = QueueState<String>()
        _ = queue.add("a", now: now)
        _ = queue.add("b", now: now)
        _ = queue.take(now: now)
        _ = queue.add("a", now: now)
        queue.shutDown(.drain)
        #expect(queue.add("c", now: now) == .refused)
        #expect(queue.take(now: now)?.key == "b")
        #expect(!queue.isExhausted, "a comes again")
        _ = queue.finish("a", now: now)
        #expect(queue.take(now: now)?.key == "a")
        #expect(queue.isExhausted)
    }

    @Test("dropping what waits also drops what would come again, but not the work in progress")
    func dropPending() {
        var queue = QueueState<String>()
        _ = queue.add("a", now: now)
        _ = queue.add("b", now: now)
        _ = queue.take(now: now)
        _ = queue.add("a", now: now)
        queue.shutDown(.dropPending)
        #expect(queue.isExhausted)
        #expect(queue.take(now: now) == nil)
        #expect(queue.finish("a", now: at(1)) == .seconds(1))
        #expect(queue.depth == 0)
    }

    @Test("running work is summed up, and the longest told")
    func unfinished() {
        var queue = QueueState<String>()
        for key in ["a", "b"] { _ = queue.add(key, now: now) }
        _ = queue.take(now: at(1))
        _ = queue.take(now: at(3))
        let work = queue.unfinishedWork(now: at(4))
        #expect(work.total == .seconds(4))
        #expect(work.longest == .seconds(3))
    }
}
