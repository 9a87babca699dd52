// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import Dispatch
import KubernetesClient
import KubernetesMeta
import Logging
import Testing

@Suite("The controller", .timeLimit(.minutes(1)))
struct ControllerTests {
    private struct Failure: Error {}

    private let clock = ManualClock()
    private let log = LogCapture()
    private let metrics = MetricsRegistry()

    private var environment: RuntimeEnvironment {
        RuntimeEnvironment(time: clock.timeSource, random: .seeded(1), metrics: metrics, logger: log.logger())
    }

    private func makeController(
        _ options: ControllerOptions = ControllerOptions(),
        _ body: @escaping @Sendable (String, ReconcileContext) async throws -> ReconcileResult
    ) -> Controller<TestReconciler> {
        Controller(name: "test", reconciler: TestReconciler(body), options: options, environment: environment)
    }

    private func run(_ controller: Controller<TestReconciler>, _ body: () async throws -> Void) async rethrows {
        let run = Task { try await controller.run() }
        defer { run.cancel() }
        try await body()
        controller.shutDown()
        _ = await run.result
    }

    private func count(_ result: String) -> Double? {
        metrics.value(of: "controller_runtime_reconcile_total", labels: ["controller": "test", "result": result])
    }

    @Test("done is the end of it; requeue comes back after its time; both forget failures")
    func results() async {
        let calls = Calls<Int>()
        let controller = makeController { _, context in
            calls.put(context.failures)
            switch context.failures {
            case 2: return .requeue(after: .seconds(30))
            default: throw Failure()
            }
        }
        await run(controller) {
            controller.queue.add("a")
            #expect(await calls.next() == 0)
            #expect(await clock.advanceToNextDeadline(notLongerThan: .seconds(1)) == .milliseconds(5))
            #expect(await calls.next() == 1)
            #expect(await clock.advanceToNextDeadline(notLongerThan: .seconds(1)) == .milliseconds(10))
            #expect(await calls.next() == 2)
            #expect(await clock.advanceToNextDeadline(notLongerThan: .seconds(60)) == .seconds(30))
            #expect(await calls.next() == 0)
        }
        #expect(count("error") == 3)
        #expect(count("requeue_after") == 1)
        #expect(metrics.value(of: "controller_runtime_reconcile_errors_total", labels: ["controller": "test"]) == 3)
        #expect(metrics.value(of: "controller_runtime_reconcile_time_seconds", labels: ["controller": "test"]) == 4)
    }

    @Test("a terminal error is logged with its key and not tried again")
    func terminal() async {
        let calls = Calls<String>()
        let controller = makeController { key, _ in
            calls.put(key)
            return key == "bad" ? .terminal(Failure()) : .done
        }
        await run(controller) {
            controller.queue.add("bad")
            #expect(await calls.next() == "bad")
            controller.queue.add("good")
            #expect(await calls.next() == "good")
        }
        #expect(controller.queue.delayedCount == 0)
        #expect(metrics.value(of: "controller_runtime_terminal_reconcile_errors_total", labels: ["controller": "test"]) == 1)
        #expect(log.entries.contains { $0.level == .error && $0.metadata["key"] == "bad" && $0.metadata["reconcileID"] != nil })
    }

    @Test("a write conflict is tried again without an error in the log")
    func conflict() async {
        let calls = Calls<Int>()
        let controller = makeController { _, context in
            calls.put(context.failures)
            if context.failures == 0 { throw ClientError.conflictForTest }
            return .done
        }
        await run(controller) {
            controller.queue.add("a")
            #expect(await calls.next() == 0)
            await clock.advanceToNextDeadline(notLongerThan: .seconds(1))
            #expect(await calls.next() == 1)
        }
        #expect(log.messages(.error).isEmpty)
        #expect(metrics.value(of: "controller_runtime_reconcile_conflicts_total", labels: ["controller": "test"]) == 1)
    }

    @Test("no more keys are worked on than there are workers, and each key by one")
    func workers() async {
        let started = Calls<String>()
        let gate = Latch<Void>()
        let controller = makeController(ControllerOptions(workers: 2)) { key, _ in
            started.put(key)
            _ = await gate.wait()
            return .done
        }
        await run(controller) {
            controller.queue.add(contentsOf: ["a", "b", "c"])
            #expect(Set([await started.next(), await started.next()]) == ["a", "b"])
            controller.queue.add("a")
            #expect(controller.activity.active == 2)
            #expect(controller.queue.depth == 1)
            gate.open(())
            #expect(Set([await started.next(), await started.next()]) == ["a", "c"])
        }
        #expect(count("success") == 4)
    }

    @Test("a reconcile that overruns its budget is canceled, counted and tried again")
    func budget() async {
        let calls = Calls<Int>()
        let controller = makeController(ControllerOptions(budget: .seconds(10))) { _, context in
            calls.put(context.failures)
            if context.failures == 0 { try await context.time.sleep(for: .seconds(3600)) }
            return .done
        }
        await run(controller) {
            controller.queue.add("a")
            #expect(await calls.next() == 0)
            #expect(await clock.advanceToNextDeadline(notLongerThan: .seconds(20)) == .seconds(10))
            await clock.advanceToNextDeadline(notLongerThan: .seconds(1))
            #expect(await calls.next() == 1)
        }
        #expect(metrics.value(of: "controller_runtime_reconcile_timeouts_total", labels: ["controller": "test"]) == 1)
        #expect(log.messages(.error).contains { $0.contains("longer than its budget of 10") })
    }

    @Test(
        "a reconcile that ignores its cancellation loses its slot, keeps its key, and is told; too many make the process unready"
    )
    func stray() async {
        let started = Calls<String>()
        let gate = Latch<Void>()
        let options = ControllerOptions(workers: 1, budget: .seconds(10), cancellationGrace: .seconds(5), maximumStrays: 0)
        let controller = makeController(options) { key, _ in
            started.put(key)
            if key == "stuck" { _ = await gate.waitIgnoringCancellation() }
            return .done
        }
        await run(controller) {
            controller.queue.add(contentsOf: ["stuck", "next"])
            #expect(await started.next() == "stuck")
            await clock.advanceToNextDeadline(notLongerThan: .seconds(20))
            #expect(await clock.advanceToNextDeadline(notLongerThan: .seconds(20)) == .seconds(5))
            #expect(await started.next() == "next", "the slot has been replaced")
            #expect(controller.activity.strays == 1)
            #expect(!controller.health.isHealthy)
            controller.queue.add("stuck")
            #expect(controller.queue.depth == 0, "its key stays locked")
            gate.open(())
            #expect(await started.next() == "stuck")
        }
        #expect(controller.activity.strays == 0)
        #expect(controller.health.isHealthy)
    }

    @Test("reconcilers that block their threads stop neither timers nor tasks of the process")
    func blocking() async {
        let blocked = Calls<String>()
        let semaphore = DispatchSemaphore(value: 0)
        let controller = makeController(ControllerOptions(workers: 16)) { key, _ in
            blocked.put(key)
            semaphore.block()
            return .done
        }
        await run(controller) {
            controller.queue.add(contentsOf: (0..<16).map { "k\($0)" })
            for _ in 0..<16 { _ = await blocked.next() }
            let fired = Latch<Void>()
            controller.queue.add("late", after: .seconds(1))
            let timer = controller.timer
            timer.arm(timer.makeID(), at: clock.now.advanced(by: .seconds(2))) { fired.open(()) }
            await clock.waitForSleeper(until: clock.now.advanced(by: .seconds(1)))
            clock.advance(by: .seconds(2))
            _ = await fired.wait()
            #expect(controller.activity.active == 16)
            for _ in 0..<17 { semaphore.signal() }
        }
    }

    @Test("shutting down waits for the work in progress and drops what waits")
    func shutDown() async throws {
        let started = Calls<String>()
        let gate = Latch<Void>()
        let ended = Locked<[String]>([])
        let controller = makeController(ControllerOptions(workers: 1)) { key, _ in
            started.put(key)
            _ = await gate.wait()
            ended.withLock { $0.append(key) }
            return .done
        }
        let run = Task { try await controller.run() }
        controller.queue.add(contentsOf: ["a", "b"])
        #expect(await started.next() == "a")
        controller.shutDown()
        gate.open(())
        try await run.value
        #expect(ended.withLock { $0 } == ["a"])
    }

    @Test("a canceled controller cancels its work and leaves behind, after the grace, what ignores that")
    func abandon() async throws {
        let started = Calls<String>()
        let never = Latch<Void>()
        let controller = makeController(ControllerOptions(cancellationGrace: .seconds(5))) { key, context in
            started.put(key)
            if key == "polite" { try await context.time.sleep(for: .seconds(1000)) }
            _ = await never.waitIgnoringCancellation()
            return .done
        }
        let run = Task { try await controller.run() }
        controller.queue.add(contentsOf: ["polite", "stuck"])
        _ = await (started.next(), started.next())
        run.cancel()
        // The sleeper that is waited for has to be the stuck one's, so the polite one ends first.
        while controller.activity.active > 1 { await Task.yield() }
        await clock.waitForSleeper(until: clock.now.advanced(by: .seconds(5)))
        clock.advance(by: .seconds(5))
        try await run.value
        #expect(controller.activity.strays == 1)
        #expect(count("error") == 0, "being canceled at shutdown is no error")
        never.open(())
    }
}

extension DispatchSemaphore {
    /// Blocks the thread, on purpose.
    fileprivate func block() { wait() }
}

extension ClientError {
    fileprivate static var conflictForTest: ClientError {
        ClientError(.status, "conflict", status: .init(code: 409, reason: "Conflict"))
    }
}
