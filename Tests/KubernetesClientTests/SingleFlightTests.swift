// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KubernetesClient

@Suite("One run for all who ask", .timeLimit(.minutes(1)))
struct SingleFlightTests {
    /// An operation that waits for its signal and counts its runs.
    private final class Operation: Sendable {
        let begun = Signal()
        let release = Signal()
        let runs = Locked(0)
        let wasCanceled = Locked(false)

        var body: @Sendable () async -> Int {
            { [self] in
                let number = runs.withLock { runs in
                    runs += 1
                    return runs
                }
                begun.set()
                await release.wait()
                wasCanceled.withLock { $0 = Task.isCancelled }
                return number
            }
        }
    }

    private let flight = SingleFlight<Int>()
    private let operation = Operation()

    /// A caller that waits when this returns.
    private func caller(until deadline: ContinuousClock.Instant? = nil) -> Task<SingleFlight<Int>.Outcome, Never> {
        Task.immediate { [flight, operation] in await flight.value(until: deadline, operation.body) }
    }

    @Test("twenty callers share it, and the next one starts another")
    func shared() async {
        let callers = (0..<20).map { _ in caller() }
        operation.release.set()
        for caller in callers { #expect(await caller.value.number == 1) }
        #expect(await caller().value.number == 2)
        #expect(operation.runs.withLock { $0 } == 2)
    }

    @Test("a caller that is canceled leaves the others and the run alone")
    func canceled() async {
        let (first, second) = (caller(), caller())
        await operation.begun.wait()
        first.cancel()
        guard case .canceled = await first.value else { Issue.record("not canceled"); return }
        operation.release.set()
        #expect(await second.value.number == 1)
        #expect(operation.wasCanceled.withLock { $0 } == false)
    }

    @Test("a caller that is canceled before it asks starts nothing")
    func canceledBefore() async {
        let outcome = await Task { [flight, operation] in
            withUnsafeCurrentTask { $0?.cancel() }
            return await flight.value(operation.body)
        }.value
        guard case .canceled = outcome else { Issue.record("not canceled"); return }
        #expect(operation.runs.withLock { $0 } == 0)
    }

    @Test("a caller without more time leaves, and the next one gets what the run finds")
    func timedOut() async {
        guard case .timedOut = await caller(until: .now).value else { Issue.record("not timed out"); return }
        await operation.begun.wait()
        let next = caller()
        operation.release.set()
        #expect(await next.value.number == 1)
        #expect(operation.runs.withLock { $0 } == 1)
    }

    @Test("a caller with time left waits for its end and no longer")
    func timesOut() async {
        let (asked, isOver) = (Locked<ContinuousClock.Instant?>(nil), Signal())
        let flight = SingleFlight<Int> { deadline in
            asked.withLock { $0 = deadline }
            await isOver.wait()
        }
        let deadline = ContinuousClock.now.advanced(by: .seconds(3600))
        let caller = Task.immediate { [operation] in await flight.value(until: deadline, operation.body) }
        await operation.begun.wait()
        isOver.set()
        guard case .timedOut = await caller.value else { Issue.record("not timed out"); return }
        #expect(asked.withLock { $0 } == deadline)
        operation.release.set()
    }

    @Test("a start does not wait, and a caller joins what it started")
    func started() async {
        flight.start(operation.body)
        flight.start(operation.body)
        let joined = caller()
        operation.release.set()
        #expect(await joined.value.number == 1)
        await flight.landed()
        #expect(operation.runs.withLock { $0 } == 1)
    }

    @Test("a shutdown cancels the run, waits for its end, and lets nobody begin another")
    func shutdown() async {
        let waiting = caller()
        await operation.begun.wait()
        let closing = Task.immediate { [flight] in await flight.shutdown() }
        guard case .closed = await waiting.value else { Issue.record("not closed"); return }
        operation.release.set()
        await closing.value
        #expect(operation.wasCanceled.withLock { $0 })
        guard case .closed = await caller().value else { Issue.record("not closed"); return }
        #expect(operation.runs.withLock { $0 } == 1)
    }
}

extension SingleFlight.Outcome where Value == Int {
    fileprivate var number: Int? { if case .value(let number) = self { number } else { nil } }
}
