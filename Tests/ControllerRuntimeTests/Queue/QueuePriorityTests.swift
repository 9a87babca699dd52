// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import Testing

@Suite("The queue state, as controller-runtime's priority queue and more")
struct QueuePriorityTests {
    private let now = MonotonicInstant(nanoseconds: 0)

    private func at(_ seconds: Int64) -> MonotonicInstant { MonotonicInstant(nanoseconds: seconds * 1_000_000_000) }

    private func cause(_ word: String) -> ReconcileCauses { ReconcileCauses([ReconcileCause(.init(word))]) }

    @Test("an add with a higher priority raises a key that waits, behind the others there; a lower one changes nothing")
    func raise() {
        var queue = QueueState<String>()
        #expect(queue.add("a", priority: WorkPriority.low, now: now) == .queued)
        #expect(queue.add("b", now: now) == .queued)
        #expect(queue.add("a", now: at(1)) == .merged)
        #expect(queue.add("b", priority: WorkPriority.low, now: at(1)) == .merged)
        #expect(queue.depths.map(\.priority) == [0])
        #expect(queue.take(now: at(2))?.key == "b")
        let taken = queue.take(now: at(2))
        #expect(taken?.key == "a")
        #expect(taken?.priority == 0)
        #expect(taken?.waited == .seconds(2), "the wait counts from the first add")
    }

    @Test("a key that comes again has the priority of the adds meanwhile, not that of the work")
    func priorityOfRepeat() {
        var queue = QueueState<String>()
        _ = queue.add("a", priority: 5, now: now)
        _ = queue.take(now: now)
        _ = queue.add("a", priority: -100, now: now)
        _ = queue.add("a", priority: -7, now: now)
        _ = queue.finish("a", now: now)
        #expect(queue.take(now: now)?.priority == -7)
    }

    @Test("ten thousand keys of one tenant do not delay the one of another")
    func fairness() {
        var queue = QueueState<Int>(WorkQueueOptions(flow: { "\($0)" }))
        for key in 0..<10_000 { _ = queue.add(key, flow: "noisy", now: now) }
        _ = queue.add(-1, flow: "quiet", now: now)
        #expect(queue.take(now: now)?.key == 0)
        #expect(queue.take(now: now)?.key == -1)
        #expect(queue.waiting(limit: 1).first?.flow == "noisy")
    }

    @Test("flows are forgotten with their last key and found again")
    func flowsComeAndGo() {
        var queue = QueueState<Int>(WorkQueueOptions(flow: { "\($0)" }))
        for round in 0..<100 {
            for key in 0..<10 { _ = queue.add(key, flow: "\(round)-\(key % 3)", now: now) }
            var taken: [Int] = []
            while let key = queue.take(now: now)?.key { taken.append(key) }
            #expect(taken == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
            for key in taken { _ = queue.finish(key, now: now) }
        }
    }

    @Test("causes go with the key, each once; those of a repeat are told with the repeat")
    func causes() {
        var queue = QueueState<String>()
        _ = queue.add("a", causes: cause("x"), now: now)
        _ = queue.add("a", causes: cause("y"), now: now)
        _ = queue.add("a", causes: cause("x"), now: now)
        _ = queue.add("a", now: now)
        #expect(queue.waiting(limit: 9).first?.causes.description == "x, y")
        #expect(queue.take(now: now)?.causes?.description == "x, y")
        _ = queue.add("a", causes: cause("z"), now: now)
        #expect(queue.locked(limit: 9).first?.causes.description == "x, y")
        #expect(queue.locked(limit: 9).first?.comesAgain == true)
        _ = queue.finish("a", now: now)
        #expect(queue.take(now: now)?.causes?.description == "z")
        _ = queue.finish("a", now: now)
        _ = queue.add("a", now: now)
        #expect(queue.take(now: now)?.causes == nil)
    }

    @Test("a parked key keeps the causes of adds meanwhile")
    func causesOfParked() {
        var queue = QueueState<String>()
        _ = queue.add("a", causes: cause("x"), now: now)
        _ = queue.take(now: now)
        _ = queue.park("a", now: now)
        _ = queue.add("a", causes: cause("y"), now: now)
        queue.unpark("a", now: now)
        #expect(queue.take(now: now)?.causes?.description == "y")
    }

    @Test("a key keeps eight causes and counts the others")
    func boundOfCauses() {
        var queue = QueueState<String>()
        for number in 0..<20 { _ = queue.add("a", causes: cause("c\(number)"), now: now) }
        let causes = queue.take(now: now)?.causes
        #expect(causes?.listed.count == ReconcileCauses.limit)
        #expect(causes?.unlisted == 12)
        #expect(causes?.description.hasSuffix("c7 and 12 more") == true)
    }

    @Test("causes are not left for whoever gets the number of a dropped key")
    func causesOfDropped() {
        var queue = QueueState<String>(WorkQueueOptions(coalescingWindow: .seconds(10)))
        _ = queue.add("a", causes: cause("x"), now: now)
        _ = queue.take(now: now)
        _ = queue.finish("a", now: now)
        #expect(queue.endWindows(now: at(10)) == 0)
        _ = queue.add("b", now: at(10))
        #expect(queue.take(now: at(10))?.causes == nil)
    }

    @Test("a key added within its window waits for the window's end, once, however often it is added")
    func window() {
        var queue = QueueState<String>(WorkQueueOptions(coalescingWindow: .seconds(10)))
        #expect(queue.add("a", now: now) == .queued)
        #expect(queue.take(now: now)?.key == "a")
        #expect(queue.finish("a", now: at(1)) == .seconds(1))
        #expect(queue.nextWindowEnd() == nil, "nobody waits for it")
        #expect(queue.add("a", now: at(2)) == .held)
        #expect(queue.add("a", priority: 3, now: at(9)) == .merged)
        #expect(queue.nextWindowEnd() == at(10))
        #expect(queue.endWindows(now: at(9)) == 0)
        #expect(queue.take(now: at(9)) == nil)
        #expect(queue.endWindows(now: at(10)) == 1)
        let taken = queue.take(now: at(10))
        #expect(taken?.waited == .seconds(8))
        #expect(taken?.priority == 3)
    }

    @Test("an add while the key is worked on waits for the window too; work longer than the window does not")
    func windowOfRepeat() {
        var queue = QueueState<String>(WorkQueueOptions(coalescingWindow: .seconds(10)))
        _ = queue.add("a", now: now)
        _ = queue.take(now: now)
        _ = queue.add("a", now: at(1))
        _ = queue.finish("a", now: at(2))
        #expect(queue.heldCount == 1)
        #expect(queue.depth == 0)
        queue.endWindows(now: at(10))
        #expect(queue.take(now: at(10))?.key == "a")
        _ = queue.add("a", now: at(11))
        _ = queue.finish("a", now: at(25))
        #expect(queue.depth == 1)
    }

    @Test("a drained queue hands out at once what was held; one that drops forgets it and says how many")
    func shutDownWithWindows() {
        for drops in [false, true] {
            var queue = QueueState<String>(WorkQueueOptions(coalescingWindow: .seconds(10)))
            for key in ["a", "b"] {
                _ = queue.add(key, now: now)
                _ = queue.take(now: now)
                _ = queue.finish(key, now: now)
            }
            _ = queue.add("a", now: at(1))
            #expect(queue.shutDown(drops ? .dropPending : .drain) == (drops ? 1 : 0))
            #expect(queue.take(now: at(1))?.key == (drops ? nil : "a"))
            #expect(queue.isExhausted)
            #expect(queue.heldCount == 0)
        }
    }
}
