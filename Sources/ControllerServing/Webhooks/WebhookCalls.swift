// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import KubernetesClient

/// Runs handlers: on threads of their own, so many at a time, each for so long.
///
/// A handler that overruns its deadline is canceled and the request is answered without it. If it ignores that, it keeps its slot, so that
/// no more than the maximum ever run.
struct WebhookCalls: Sendable {
    enum Outcome<Value: Sendable>: Sendable {
        case value(Value)
        case failure(any Error)
        /// The deadline has passed, before the handler ended or before it could be started.
        case overdue
    }

    let maximum: Int
    private let slots: SlotPool
    private let executor: WorkerExecutor
    private let time: TimeSource
    private let strays = Locked(0)

    init(maximum: Int, time: TimeSource) {
        self.maximum = max(1, maximum)
        slots = SlotPool(count: self.maximum)
        executor = WorkerExecutor(maximumThreads: self.maximum)
        self.time = time
    }

    /// How many handlers go on after their deadline.
    var strayCount: Int { strays.withLock { $0 } }

    func run<Value: Sendable>(
        until deadline: MonotonicInstant,
        _ body: @escaping @Sendable () async throws -> Value
    ) async -> Outcome<Value> {
        let outcome = Latch<Outcome<Value>>()
        // Not child tasks: a child that never ends could not be left behind.
        let work = Task(executorPreference: executor) { [slots] in
            guard await slots.acquire() else { return }
            defer { slots.release() }
            do { outcome.open(.value(try await body())) } catch { outcome.open(.failure(error)) }
        }
        let clock = Task { [time] in
            do { try await time.sleepUntil(deadline) } catch { return }  // the handler has ended
            outcome.open(.overdue)
        }
        // Opens when the deadline comes at the latest.
        let result = await outcome.waitIgnoringCancellation()
        clock.cancel()
        work.cancel()
        if case .overdue = result {
            strays.withLock { $0 += 1 }
            Task { [strays] in
                await work.value
                strays.withLock { $0 -= 1 }
            }
        }
        return result
    }
}
