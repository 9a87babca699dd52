// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import Testing

@Suite("The queue state under random schedules")
struct QueueStatePropertyTests {
    /// What the queue should hold, kept in the plainest way.
    private struct Model {
        var waiting: [Int] = []
        var locked: Set<Int> = []
        var again: Set<Int> = []
        var isShutDown = false

        mutating func unlock(_ key: Int) {
            locked.remove(key)
            if again.remove(key) != nil { waiting.append(key) }
        }
    }

    @Test("no key is handed out twice at once, and no add is lost", arguments: [UInt64(1), 20_301, 77_777, 4_242_424])
    func invariants(seed: UInt64) throws {
        print("seed \(seed)")
        var random = RandomSource.seeded(seed)
        for schedule in 0..<30_000 { try runSchedule(schedule, &random) }
    }

    private struct Violation: Error {
        let schedule: Int
        let line: Int
    }

    /// `#require` costs microseconds, and this is asked ten million times.
    private func check(_ holds: Bool, _ schedule: Int, line: Int = #line) throws {
        if !holds { throw Violation(schedule: schedule, line: line) }
    }

    private func runSchedule(_ schedule: Int, _ random: inout RandomSource) throws {
        var queue = QueueState<Int>()
        var model = Model()
        var parked: Set<Int> = []
        var now = MonotonicInstant(nanoseconds: 0)
        for _ in 0..<Int.random(in: 4...40, using: &random) {
            now = now.advanced(by: .milliseconds(1))
            let key = Int.random(in: 0..<5, using: &random)
            switch Int.random(in: 0..<12, using: &random) {
            case 0..<5:
                let outcome = queue.add(key, now: now)
                if model.isShutDown {
                    try check(outcome == .refused, schedule)
                } else if model.locked.contains(key) {
                    model.again.insert(key)
                    try check(outcome == .merged, schedule)
                } else if model.waiting.contains(key) {
                    try check(outcome == .merged, schedule)
                } else {
                    model.waiting.append(key)
                    try check(outcome == .queued, schedule)
                }
            case 5..<8:
                let taken = queue.take(now: now)
                try check(taken?.key == model.waiting.first, schedule)
                if let key = taken?.key {
                    model.waiting.removeFirst()
                    try check(model.locked.insert(key).inserted, schedule)
                }
            case 8..<10:
                let worked = queue.finish(key, now: now)
                try check((worked != nil) == (model.locked.contains(key) && !parked.contains(key)), schedule)
                if worked != nil { model.unlock(key) }
            case 10:
                if let worked = queue.park(key, now: now) {
                    try check(worked > .zero, schedule)
                    try check(model.locked.contains(key), schedule)
                    parked.insert(key)
                } else if queue.unpark(key) {
                    try check(parked.remove(key) != nil, schedule)
                    model.unlock(key)
                }
            default:
                guard Int.random(in: 0..<20, using: &random) == 0 else { continue }
                let drops = Bool.random(using: &random)
                queue.shutDown(drops ? .dropPending : .drain)
                model.isShutDown = true
                if drops {
                    model.waiting = []
                    model.again = []
                }
            }
            try check(queue.depth == model.waiting.count, schedule)
            try check(queue.processingCount == model.locked.count - parked.count, schedule)
            try check(queue.isExhausted == (model.isShutDown && model.waiting.isEmpty && model.again.isEmpty), schedule)
        }
    }
}
