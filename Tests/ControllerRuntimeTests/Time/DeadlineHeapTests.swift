// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import Testing

@Suite("The deadline heap")
struct DeadlineHeapTests {
    private func at(_ seconds: Int64) -> MonotonicInstant { MonotonicInstant(nanoseconds: seconds * 1_000_000_000) }

    @Test("deadlines come earliest first, equal ones in the order they were set")
    func order() {
        var heap = DeadlineHeap<String>()
        heap.schedule("b", at: at(2))
        heap.schedule("a", at: at(1))
        heap.schedule("c", at: at(2))
        #expect(heap.nextDeadline() == at(1))
        #expect(heap.popDue(at: at(0)) == nil)
        #expect((0..<4).map { _ in heap.popDue(at: at(2)) } == ["a", "b", "c", nil])
        #expect(heap.isEmpty)
    }

    @Test("the earlier of two deadlines stays, unless the new one is to replace it")
    func merge() {
        var heap = DeadlineHeap<String>()
        heap.schedule("a", at: at(5))
        let later = heap.schedule("a", at: at(9))
        #expect(!later)
        #expect(heap["a"] == at(5))
        let replaced = heap.schedule("a", at: at(9), merge: .replace)
        #expect(replaced)
        #expect(heap.popDue(at: at(8)) == nil)
        #expect(heap.popDue(at: at(9)) == "a")
    }

    @Test("a canceled deadline does not fire, not even after the identity is scheduled anew")
    func cancel() {
        var heap = DeadlineHeap<String>()
        heap.schedule("a", at: at(1))
        heap.cancel("a")
        heap.schedule("a", at: at(5))
        #expect(heap.popDue(at: at(4)) == nil)
        #expect(heap.nextDeadline() == at(5))
    }

    @Test("stale entries stay within twice the live ones and 64")
    func bound() {
        var heap = DeadlineHeap<Int>()
        for round in 0..<10_000 {
            heap.schedule(round % 10, at: at(Int64(20_000 - round)))
            #expect(heap.storedCount <= 2 * heap.count + 64)
        }
        for id in 0..<10 { heap.cancel(id) }
        #expect(heap.storedCount <= 64)
    }

    @Test("it agrees with a sorted list under random use", arguments: [UInt64(3), 99, 12_345])
    func property(seed: UInt64) {
        print("seed \(seed)")
        var random = RandomSource.seeded(seed)
        var heap = DeadlineHeap<Int>()
        var model: [Int: MonotonicInstant] = [:]
        var now = at(0)
        for _ in 0..<20_000 {
            let id = Int.random(in: 0..<30, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0, 1:
                let deadline = now.advanced(by: .milliseconds(Int.random(in: 0..<5000, using: &random)))
                heap.schedule(id, at: deadline)
                model[id] = min(model[id] ?? deadline, deadline)
            case 2:
                let had = heap.cancel(id)
                #expect(had == (model.removeValue(forKey: id) != nil))
            default:
                now = now.advanced(by: .milliseconds(Int.random(in: 0..<300, using: &random)))
                var last = MonotonicInstant(nanoseconds: .min)
                while let due = heap.popDue(at: now) {
                    let deadline = model.removeValue(forKey: due)
                    #expect(deadline != nil && deadline! <= now && deadline! >= last)
                    last = deadline ?? last
                }
                #expect(model.values.allSatisfy { $0 > now })
            }
            #expect(heap.nextDeadline() == model.values.min())
            #expect(heap.count == model.count)
        }
    }
}
