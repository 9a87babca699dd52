// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc
import KubernetesClient

/// The threads that start sandboxes. They live as long as the node does, because the kernel kills a sandbox when the thread that
/// started it ends; that is also how no sandbox outlives the node.
final class SandboxLauncher: Sendable {
    /// Starting is mostly waiting for bubblewrap, so two threads keep two processors busy.
    static let threads = 2

    private struct State {
        var jobs: [@Sendable () -> Void] = []
        var isStopped = false
    }

    private let state = Locked(State())
    /// Counts jobs; a thread that reads it takes one.
    private let available: Descriptor

    init() throws(LocalNodeError) {
        available = try Descriptor.counter(semaphore: true)
        for index in 0..<Self.threads { try NodeThread.start(name: "launcher-\(index)") { [self] in run() } }
    }

    /// Runs a blocking body on one of the threads. Bound: as many waiting jobs as the node has workers.
    func perform<Result: Sendable>(
        _ body: @escaping @Sendable () throws(LocalNodeError) -> Result
    ) async throws(LocalNodeError) -> Result {
        let outcome = await withCheckedContinuation {
            (continuation: CheckedContinuation<Swift.Result<Result, LocalNodeError>, Never>) in
            let isAccepted = state.withLock { state in
                guard !state.isStopped else { return false }
                state.jobs.append {
                    do throws(LocalNodeError) {
                        continuation.resume(returning: .success(try body()))
                    } catch {
                        continuation.resume(returning: .failure(error))
                    }
                }
                return true
            }
            if isAccepted {
                signal(1)
            } else {
                continuation.resume(returning: .failure(LocalNodeError(.launch, "the node is stopping")))
            }
        }
        return try outcome.get()
    }

    /// Ends the threads after the jobs that wait. Every sandbox that still runs is killed by that.
    func stop() {
        let isFirst = state.withLock { state in
            defer { state.isStopped = true }
            return !state.isStopped
        }
        if isFirst { signal(UInt64(Self.threads)) }
    }

    private func signal(_ count: UInt64) {
        var count = count
        _ = SystemCall.retrying { write(available.number, &count, 8) }
    }

    private func run() {
        while true {
            var count: UInt64 = 0
            guard SystemCall.retrying({ read(available.number, &count, 8) }) == 8 else { return }
            let job = state.withLock { $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() }
            guard let job else { return }  // woken without a job: stopped
            job()
        }
    }
}
