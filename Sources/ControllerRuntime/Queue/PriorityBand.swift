// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// What waits at one priority: flows that take turns, and the keys of each in the order they came.
struct PriorityBand: Sendable {
    /// The keys of each flow. Bound: flows that were known at once.
    private var flows: [NumberLinks.List] = []
    /// The flows that have keys, the next one first.
    private var ring = NumberLinks.List()
    private var ringLinks = NumberLinks()

    mutating func append(_ number: Int, flow: Int, _ links: inout NumberLinks) {
        while flows.count <= flow { flows.append(NumberLinks.List()) }
        if flows[flow].isEmpty { ringLinks.append(flow, to: &ring) }
        links.append(number, to: &flows[flow])
    }

    /// The first key of the flow whose turn it is; then it is the next flow's.
    mutating func popFirst(_ links: inout NumberLinks) -> Int? {
        guard !ring.isEmpty else { return nil }
        let flow = Int(ring.first)
        let number = links.popFirst(&flows[flow])
        let isOver = flows[flow].isEmpty
        if isOver || !ring.isSingle {
            _ = ringLinks.popFirst(&ring)
            if !isOver { ringLinks.append(flow, to: &ring) }
        }
        return number
    }

    /// Takes out a key that waits here.
    mutating func remove(_ number: Int, flow: Int, _ links: inout NumberLinks) {
        links.remove(number, from: &flows[flow])
        if flows[flow].isEmpty { ringLinks.remove(flow, from: &ring) }
    }

    /// All keys, by flows in the order of their turns.
    func numbers(_ links: NumberLinks) -> [Int] {
        ringLinks.numbers(of: ring).flatMap { Array(links.numbers(of: flows[$0])) }
    }
}
