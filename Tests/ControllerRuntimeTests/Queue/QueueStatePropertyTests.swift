// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import Testing

@Suite("The queue state under random schedules")
struct QueueStatePropertyTests {
    private static let keys = 8
    private static let causes = (0..<4).map { ReconcileCauses([ReconcileCause(.init("\($0)"))]) }

    @Test(
        "no key is handed out twice at once, no add is lost, and no key waits longer than the bounds of age and flows allow",
        arguments: [UInt64(1), 20_301, 77_777, 4_242_424]
    )
    func invariants(seed: UInt64) throws {
        print("seed \(seed)")
        var random = RandomSource.seeded(seed)
        for schedule in 0..<30_000 {
            do { try runSchedule(&random) } catch { throw QueueModel.Violation(description: "schedule \(schedule): \(error)") }
        }
    }

    private func runSchedule(_ random: inout RandomSource) throws {
        let limit = Int.random(in: 1...3, using: &random)
        let window = Bool.random(using: &random) ? Duration.zero : .milliseconds(Int.random(in: 1...8, using: &random))
        let options = WorkQueueOptions<Int>(overtakingLimit: limit, flow: { "\($0)" }, coalescingWindow: window)
        var queue = QueueState<Int>(options)
        var model = QueueModel(keys: Self.keys, limit: limit, window: window)
        var now = MonotonicInstant(nanoseconds: 0)
        for _ in 0..<Int.random(in: 4...60, using: &random) {
            now = now.advanced(by: .milliseconds(1))
            try step(&queue, &model, now, &random)
            try compare(&queue, model)
        }
        try drain(&queue, &model, now)
    }

    private func step(
        _ queue: inout QueueState<Int>,
        _ model: inout QueueModel,
        _ now: MonotonicInstant,
        _ random: inout RandomSource
    ) throws {
        let key = Int.random(in: 0..<Self.keys, using: &random)
        switch Int.random(in: 0..<16, using: &random) {
        case 0..<6:
            let priority = [WorkPriority.low, WorkPriority.normal, 7][Int.random(in: 0..<3, using: &random)]
            let cause = Int.random(in: 0..<Self.causes.count, using: &random)
            let outcome = queue.add(
                key,
                flow: "flow \(key % QueueModel.flows)",
                priority: priority,
                causes: Self.causes[cause],
                now: now
            )
            let expected = model.add(key, priority: priority, cause: cause, now: now)
            try model.check(outcome == expected, "add of \(key): \(outcome), not \(expected)")
        case 6..<11: try model.take(queue.take(now: now), now: now)
        case 11..<13:
            try model.finish(key, worked: queue.finish(key, now: now), now: now)
        case 13:
            if Bool.random(using: &random) {
                try model.park(key, worked: queue.park(key, now: now))
            } else {
                try model.unpark(key, did: queue.unpark(key, now: now), now: now)
            }
        case 14:
            queue.endWindows(now: now)
            model.endWindows(now: now)
        default:
            guard Int.random(in: 0..<20, using: &random) == 0 else { return }
            let drops = Bool.random(using: &random)
            queue.shutDown(drops ? .dropPending : .drain)
            model.shutDown(drops: drops)
        }
    }

    private func compare(_ queue: inout QueueState<Int>, _ model: QueueModel) throws {
        try model.check(queue.depth == model.waitingCount, "depth")
        try model.check(queue.heldCount == model.count(.held), "held")
        try model.check(queue.processingCount == model.count(.processing), "processing")
        try model.check(queue.parkedCount == model.count(.parked), "parked")
        try model.check((queue.nextWindowEnd() != nil) == (queue.heldCount > 0), "window end")
        let isExhausted = model.isShutDown && model.waitingCount == 0 && model.againCount == 0
        try model.check(queue.isExhausted == isExhausted, "exhausted")
    }

    /// Ends all work and all windows: what was added and not dropped has to come.
    private func drain(_ queue: inout QueueState<Int>, _ model: inout QueueModel, _ now: MonotonicInstant) throws {
        for key in 0..<Self.keys {
            if queue.unpark(key, now: now) { try model.unpark(key, did: true, now: now) }
            if let worked = queue.finish(key, now: now) { try model.finish(key, worked: worked, now: now) }
        }
        let later = now.advanced(by: .seconds(1))
        queue.endWindows(now: later)
        model.endWindows(now: later)
        while let taken = queue.take(now: later) { try model.take(taken, now: later) }
        try model.check(model.waitingCount == 0 && model.count(.held) == 0, "an add was lost")
    }
}
