// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KubernetesClient

@Suite("Which requests start")
struct AdmissionQueueTests {
    @Test("at most the limit run, status before bulk, each lane in its order")
    func order() {
        var queue = AdmissionQueue<Int>(limit: 2, reserved: 0)
        queue.add(1, lane: .bulk)
        queue.add(2, lane: .bulk)
        queue.add(3, lane: .status)
        queue.add(4, lane: .status)
        #expect(queue.next() == 3)
        #expect(queue.next() == 4)
        #expect(queue.next() == nil)
        queue.finished()
        #expect(queue.next() == 1)
        queue.finished()
        #expect(queue.next() == 2)
        #expect(queue.next() == nil)
    }

    @Test("bulk leaves the reserved places to status")
    func reserved() {
        var queue = AdmissionQueue<Int>(limit: 4, reserved: 1)
        for number in 1...4 { queue.add(number, lane: .bulk) }
        #expect([queue.next(), queue.next(), queue.next()] == [1, 2, 3])
        #expect(queue.next() == nil)
        queue.add(9, lane: .status)
        #expect(queue.next() == 9)
        queue.finished()
        #expect(queue.next() == nil)
        queue.finished()
        #expect(queue.next() == 4)
    }

    @Test("a limit of one still lets bulk run")
    func one() {
        var queue = AdmissionQueue<Int>(limit: 1, reserved: 5)
        queue.add(1, lane: .bulk)
        #expect(queue.next() == 1)
    }

    @Test("what is taken out of the line does not start; the rest keeps its order")
    func removal() {
        var queue = AdmissionQueue<Int>(limit: 10, reserved: 0)
        for number in 1...6 { queue.add(number, lane: .bulk) }
        #expect(queue.removeWaiting { $0.isMultiple(of: 2) } == [2, 4, 6])
        #expect(queue.earliest { $0 } == 1)
        #expect([queue.next(), queue.next(), queue.next(), queue.next()] == [1, 3, 5, nil])
    }

    @Test("a long line keeps its order while it grows and shrinks")
    func fifo() {
        var queue = FIFO<Int>()
        var next = 0
        var expected = 0
        for round in 0..<2_000 {
            for _ in 0..<(round % 7) {
                queue.append(next)
                next += 1
            }
            for _ in 0..<(round % 6) {
                guard let value = queue.popFirst() else { break }
                #expect(value == expected)
                expected += 1
            }
            #expect(queue.count == next - expected)
        }
    }
}
