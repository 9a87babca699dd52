// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ControllerRuntime

@Suite("The order of waiting keys")
struct PriorityOrderTests {
    private func popAll(_ order: inout PriorityOrder) -> [Int] {
        var all: [Int] = []
        while let number = order.popFirst() { all.append(number) }
        return all
    }

    @Test("a higher priority comes first, and within one the order of inserting")
    func priorities() {
        var order = PriorityOrder(overtakingLimit: 100)
        for (number, priority) in [0, -100, 7, 0, 7, -100].enumerated() { order.insert(number, priority: priority, flow: 0) }
        #expect(order.depths.map(\.priority) == [7, 0, -100])
        #expect(order.depths.map(\.count) == [2, 2, 2])
        #expect(order.numbers == [2, 4, 0, 3, 1, 5])
        #expect(popAll(&order) == [2, 4, 0, 3, 1, 5])
        #expect(order.isEmpty)
    }

    @Test("after as many overtaking keys as the limit allows, one of the lower priority is next", arguments: [1, 3, 8])
    func aging(limit: Int) {
        var order = PriorityOrder(overtakingLimit: limit)
        order.insert(0, priority: WorkPriority.low, flow: 0)
        var overtaking = 0
        for number in 1...100 {
            order.insert(number, priority: WorkPriority.normal, flow: 0)
            if order.popFirst() == 0 { break }
            overtaking += 1
        }
        #expect(overtaking == limit)
    }

    @Test("of several lower priorities the one that was passed over for longest is next")
    func agingOfSeveral() {
        var order = PriorityOrder(overtakingLimit: 1)
        for number in 0..<6 { order.insert(number, priority: 0, flow: 0) }
        for number in 10..<13 { order.insert(number, priority: -1, flow: 0) }
        for number in 20..<23 { order.insert(number, priority: -2, flow: 0) }
        #expect(popAll(&order) == [0, 10, 1, 20, 2, 11, 3, 21, 4, 12, 5, 22])
    }

    @Test("a priority in the middle is not starved by one above and one below that come and go in turn")
    func agingInTheMiddle() {
        var order = PriorityOrder(overtakingLimit: 1)
        order.insert(0, priority: 0, flow: 0)
        var handouts = 0
        for number in 1...100 {
            order.insert(number, priority: number.isMultiple(of: 2) ? -1 : 1, flow: 0)
            handouts += 1
            if order.popFirst() == 0 { break }
        }
        #expect(handouts == 2)
    }

    @Test("flows of one priority take turns, so that many keys of one do not delay the few of another")
    func flows() {
        var order = PriorityOrder(overtakingLimit: 8)
        for number in 0..<10_000 { order.insert(number, priority: 0, flow: 0) }
        order.insert(20_000, priority: 0, flow: 1)
        order.insert(30_000, priority: 0, flow: 2)
        order.insert(30_001, priority: 0, flow: 2)
        let all = popAll(&order)
        #expect(all.prefix(6) == [0, 20_000, 30_000, 1, 30_001, 2])
        #expect(all.count == 10_003)
    }

    @Test("a key is taken out of the middle, and its flow with the last one")
    func remove() {
        var order = PriorityOrder(overtakingLimit: 8)
        for number in 0..<5 { order.insert(number, priority: 0, flow: number % 2) }
        order.remove(2, priority: 0, flow: 0)
        order.remove(1, priority: 0, flow: 1)
        order.remove(3, priority: 0, flow: 1)
        #expect(order.count == 2)
        order.insert(3, priority: 5, flow: 1)
        #expect(popAll(&order) == [3, 0, 4])
    }

    @Test("priorities that come and go are not remembered for ever")
    func manyPriorities() {
        var order = PriorityOrder(overtakingLimit: 8)
        for priority in 0..<1000 {
            order.insert(priority, priority: priority, flow: 0)
            if priority >= 3 { order.remove(priority - 3, priority: priority - 3, flow: 0) }
        }
        #expect(order.depths.map(\.priority) == [999, 998, 997])
        #expect(popAll(&order) == [999, 998, 997])
    }
}
