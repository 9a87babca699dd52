// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime

/// What a queue should hold, kept in the plainest way, and the bounds within which it has to hand out each key.
struct QueueModel {
    struct Violation: Error, CustomStringConvertible {
        let description: String
    }

    enum Phase { case absent, waiting, held, processing, parked }

    struct Item {
        var phase = Phase.absent
        var priority = 0
        /// The bits of the causes asked for.
        var causes = 0
        /// What was asked for while it was locked.
        var again: (priority: Int, causes: Int)?
        var taken: MonotonicInstant?
        /// The order of entering the present priority.
        var sequence = 0
        /// Keys of its flow and priority that were before it.
        var ahead = 0
        /// Hand-outs since it entered: all, and those of its priority.
        var handouts = 0
        var handoutsOfPriority = 0
        /// The most priorities with waiting keys, and flows of its own priority, while it waited.
        var mostPriorities = 0
        var mostFlows = 0
    }

    static let flows = 3
    let limit: Int
    let window: Duration
    var items: [Item]
    var isShutDown = false
    private var lastSequence = 0
    private var sinceOldest = 0

    init(keys: Int, limit: Int, window: Duration) {
        items = Array(repeating: Item(), count: keys)
        self.limit = limit
        self.window = window
    }

    var waitingCount: Int { count(.waiting) }
    func count(_ phase: Phase) -> Int { items.reduce(into: 0) { $0 += $1.phase == phase ? 1 : 0 } }
    var againCount: Int { items.reduce(into: 0) { $0 += $1.again == nil ? 0 : 1 } }

    func check(_ holds: Bool, _ what: @autoclosure () -> String) throws {
        if !holds { throw Violation(description: what()) }
    }

    // MARK: Events

    mutating func add(_ key: Int, priority: Int, cause: Int, now: MonotonicInstant) -> QueueState<Int>.AddOutcome {
        if isShutDown { return .refused }
        switch items[key].phase {
        case .absent:
            items[key].causes = 1 << cause
            if let taken = items[key].taken, window > .zero, taken.advanced(by: window) > now {
                items[key].phase = .held
                items[key].priority = priority
                return .held
            }
            enter(key, priority)
            return .queued
        case .waiting:
            items[key].causes |= 1 << cause
            if priority > items[key].priority { enter(key, priority) }
        case .held:
            items[key].causes |= 1 << cause
            items[key].priority = max(items[key].priority, priority)
        case .processing, .parked:
            let again = items[key].again
            items[key].again = (max(again?.priority ?? .min, priority), (again?.causes ?? 0) | 1 << cause)
        }
        return .merged
    }

    mutating func take(_ taken: QueueState<Int>.Taken?, now: MonotonicInstant) throws {
        guard let taken else { return try check(waitingCount == 0, "a key waits and none was handed out") }
        let key = taken.key
        let item = items[key]
        try check(item.phase == .waiting, "\(key) was handed out while it was \(item.phase)")
        try check(taken.priority == item.priority, "\(key) was handed out at another priority than it waited at")
        if let last = item.taken { try check(last.advanced(by: window) <= now, "\(key) was handed out within its window") }
        let bits = taken.causes?.listed.reduce(into: 0) { $0 |= 1 << (Int($1.reason.description) ?? 60) }
        try check(bits == item.causes, "\(key) has other causes than it was added with")
        try checkOrder(key, item)
        for other in items.indices where items[other].phase == .waiting && other != key {
            items[other].handouts += 1
            if items[other].priority == item.priority { items[other].handoutsOfPriority += 1 }
            try checkBounds(other)
        }
        items[key].phase = .processing
        items[key].taken = now
        items[key].causes = 0
    }

    mutating func finish(_ key: Int, worked: Duration?, now: MonotonicInstant) throws {
        try check((worked != nil) == (items[key].phase == .processing), "done of \(key) while it was \(items[key].phase)")
        if worked != nil { unlock(key, now: now) }
    }

    mutating func unpark(_ key: Int, did: Bool, now: MonotonicInstant) throws {
        try check(did == (items[key].phase == .parked), "\(key) was unparked while it was \(items[key].phase)")
        if did { unlock(key, now: now) }
    }

    mutating func park(_ key: Int, worked: Duration?) throws {
        try check((worked != nil) == (items[key].phase == .processing), "\(key) was parked while it was \(items[key].phase)")
        if worked != nil { items[key].phase = .parked }
    }

    /// The first window to end is that of the key that was handed out first.
    mutating func endWindows(now: MonotonicInstant) {
        for key in heldKeys {
            if let taken = items[key].taken, taken.advanced(by: window) <= now { enter(key, items[key].priority) }
        }
    }

    private var heldKeys: [Int] {
        guard window > .zero else { return [] }
        let held = items.indices.filter { items[$0].phase == .held }
        return held.sorted { (items[$0].taken?.nanoseconds ?? 0) < (items[$1].taken?.nanoseconds ?? 0) }
    }

    mutating func shutDown(drops: Bool) {
        isShutDown = true
        for key in heldKeys { enter(key, items[key].priority) }
        for key in items.indices {
            items[key].taken = nil
            guard drops else { continue }
            if items[key].phase == .waiting { items[key].phase = .absent }
            items[key].again = nil
        }
    }

    // MARK: Inside

    private mutating func unlock(_ key: Int, now: MonotonicInstant) {
        items[key].phase = .absent
        // Each end of work looks at all windows.
        if window > .zero, !isShutDown { endWindows(now: now) }
        guard let again = items[key].again else { return }
        items[key].again = nil
        items[key].causes = again.causes
        if !isShutDown, window > .zero, let taken = items[key].taken, taken.advanced(by: window) > now {
            items[key].phase = .held
            items[key].priority = again.priority
        } else {
            enter(key, again.priority)
        }
    }

    private mutating func enter(_ key: Int, _ priority: Int) {
        lastSequence += 1
        items[key].phase = .waiting
        items[key].priority = priority
        items[key].sequence = lastSequence
        items[key].handouts = 0
        items[key].handoutsOfPriority = 0
        items[key].mostFlows = 0
        items[key].mostPriorities = 0
        items[key].ahead = -1  // it counts itself
        var priorities: Set<Int> = []
        for item in items where item.phase == .waiting { priorities.insert(item.priority) }
        var flows: Set<Int> = []
        for other in items.indices where items[other].phase == .waiting && items[other].priority == priority {
            flows.insert(other % Self.flows)
            if other % Self.flows == key % Self.flows { items[key].ahead += 1 }
        }
        for other in items.indices where items[other].phase == .waiting {
            items[other].mostPriorities = max(items[other].mostPriorities, priorities.count)
            if items[other].priority == priority { items[other].mostFlows = max(items[other].mostFlows, flows.count) }
        }
    }

    private mutating func checkOrder(_ key: Int, _ item: Item) throws {
        var isHighest = true
        var isAlone = true
        for other in items.indices where items[other].phase == .waiting {
            if items[other].priority > item.priority { isHighest = false }
            if items[other].priority != item.priority { isAlone = false }
            if items[other].priority == item.priority, other % Self.flows == key % Self.flows {
                try check(items[other].sequence >= item.sequence, "\(key) overtook \(other) of its own flow and priority")
            }
        }
        if isAlone {
            sinceOldest = 0
        } else if sinceOldest == limit {
            sinceOldest = 0
        } else {
            try check(isHighest, "\(key) came before a higher priority after \(sinceOldest) hand-outs")
            sinceOldest += 1
        }
    }

    private func checkBounds(_ key: Int) throws {
        let item = items[key]
        let turns = item.mostFlows * (item.ahead + 1)
        try check(item.handoutsOfPriority < turns, "\(key) waited for more than \(turns) hand-outs of its priority")
        let bound = (limit + 1) * item.mostPriorities * turns
        try check(item.handouts < bound, "\(key) waited for more than \(bound) hand-outs")
    }
}
