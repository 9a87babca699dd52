// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import KubernetesClient
import Logging
import Testing

@Suite("What a controller does with results, windows and its end", .timeLimit(.minutes(1)))
struct ControllerResultTests {
    private struct Failure: Error {}

    private let clock = ManualClock()
    private let metrics = MetricsRegistry()
    private let log = LogCapture()

    private func makeController(
        _ options: ControllerOptions = ControllerOptions(),
        flow: (@Sendable (String) -> String)? = nil,
        _ body: @escaping @Sendable (String, ReconcileContext) async throws -> ReconcileResult
    ) -> Controller<TestReconciler> {
        let environment = RuntimeEnvironment(
            time: clock.timeSource,
            random: .seeded(1),
            metrics: metrics,
            logger: log.logger()
        )
        return Controller(
            name: "test",
            reconciler: TestReconciler(body),
            options: options,
            environment: environment,
            flow: flow
        )
    }

    private func run(_ controller: Controller<TestReconciler>, _ body: () async throws -> Void) async rethrows {
        let run = Task { try await controller.run() }
        defer { run.cancel() }
        try await body()
        controller.shutDown()
        _ = await run.result
    }

    @Test("progress forgets the failures and comes again behind the others, without a wait")
    func progressed() async {
        let calls = Calls<String>()
        let step = Locked(0)
        let gate = Latch<Void>()
        let controller = makeController(ControllerOptions(workers: 1)) { key, context in
            let step = step.withLock { step in
                step += 1
                return step
            }
            calls.put("\(key) \(context.failures) \(context.causes)")
            switch step {
            case 1: throw Failure()
            case 2:
                _ = await gate.wait()
                return .progressed
            default: return .done
            }
        }
        await run(controller) {
            controller.queue.add("a")
            #expect(await calls.next() == "a 0 ")
            await clock.advanceToNextDeadline(notLongerThan: .seconds(1))
            #expect(await calls.next() == "a 1 retried")
            controller.queue.add("b")
            gate.open(())
            #expect(await calls.next() == "b 0 ")
            #expect(await calls.next() == "a 0 progressed")
        }
        let labels = ["controller": "test", "result": "requeue"]
        #expect(metrics.value(of: "controller_runtime_reconcile_total", labels: labels) == 1)
    }

    @Test("a key that fails or asks to come back keeps its priority")
    func priorityOfRepeats() async {
        let calls = Calls<String>()
        let step = Locked(0)
        let controller = makeController { key, context in
            calls.put("\(context.priority) \(context.causes)")
            let step = step.withLock { step in
                step += 1
                return step
            }
            if step == 1 { throw Failure() }
            return step == 2 ? .requeue(after: .seconds(5)) : .done
        }
        await run(controller) {
            controller.queue.add("a", priority: -100)
            #expect(await calls.next() == "-100 ")
            await clock.advanceToNextDeadline(notLongerThan: .seconds(1))
            #expect(await calls.next() == "-100 retried")
            await clock.advanceToNextDeadline(notLongerThan: .seconds(10))
            #expect(await calls.next() == "-100 requeued")
        }
    }

    @Test(
        "a reconcile sets the priority at which its key comes back, whether it asks for that, gets on or fails",
        arguments: 0..<4
    )
    func priorityOfNext(ending: Int) async {
        let calls = Calls<Int>()
        let controller = makeController { _, context in
            calls.put(context.priority)
            guard context.priority == 0 else { return .done }
            context.nextPriority = 7
            switch ending {
            case 0: return .requeue(after: .seconds(1))
            case 1: return .progressed
            case 2: return .retry(Failure())
            default: throw Failure()
            }
        }
        await run(controller) {
            controller.queue.add("a")
            #expect(await calls.next() == 0)
            if ending != 1 { await clock.advanceToNextDeadline(notLongerThan: .seconds(1)) }
            #expect(await calls.next() == 7)
        }
    }

    @Test("within a coalescing window a key is reconciled once, at its end once more")
    func window() async {
        let calls = Calls<MonotonicInstant>()
        let controller = makeController(ControllerOptions(coalescingWindow: .seconds(10))) { _, context in
            calls.put(context.time.now())
            return .done
        }
        await run(controller) {
            let start = clock.now
            controller.queue.add("a")
            #expect(await calls.next() == start)
            for _ in 0..<100 { controller.queue.add("a") }
            await clock.waitForSleeper(until: start.advanced(by: .seconds(10)))
            clock.advance(by: .seconds(10))
            #expect(await calls.next() == start.advanced(by: .seconds(10)))
        }
        #expect(calls.rest.isEmpty)
    }

    @Test("tenants take turns")
    func flows() async {
        let calls = Calls<String>()
        let controller = makeController(ControllerOptions(workers: 1), flow: { String($0.prefix(1)) }) { key, _ in
            calls.put(key)
            return .done
        }
        controller.queue.add(contentsOf: (0..<100).map { "a\($0)" } + ["b"])
        await run(controller) {
            #expect(await calls.next() == "a0")
            #expect(await calls.next() == "b")
        }
    }

    @Test("shutting down with a budget reconciles what waits, then drops what is left and says so")
    func drain() async throws {
        let started = Calls<String>()
        let gates = Calls<Bool>()
        let options = ControllerOptions(workers: 1, drainBudget: .seconds(10))
        let controller = makeController(options) { key, _ in
            started.put(key)
            _ = await gates.next()
            return .done
        }
        let run = Task { try await controller.run() }
        controller.queue.add(contentsOf: ["a", "b", "c", "d"])
        #expect(await started.next() == "a")
        controller.shutDown()
        gates.put(true)
        #expect(await started.next() == "b")
        await clock.waitForSleeper(until: clock.now.advanced(by: .seconds(10)))
        clock.advance(by: .seconds(10))
        while !log.messages(.info).contains("keys were dropped at shutdown") { await Task.yield() }
        gates.put(true)
        try await run.value
        #expect(started.rest.isEmpty)
        let dropped = log.entries.first { $0.message == "keys were dropped at shutdown" }
        #expect(dropped?.metadata["keys"].map { "\($0)" } == "2")
    }
}
