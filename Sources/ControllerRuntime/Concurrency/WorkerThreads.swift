// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import DequeModule
import Dispatch
import KubernetesClient

/// Operating system threads that run jobs in order. Bound: jobs are those of tasks that exist, one each.
///
/// Signals are blocked on these threads; whoever starts processes from one resets the mask in the child.
package final class WorkerThreads: Sendable {
    package typealias Job = @Sendable () -> Void

    private struct State {
        var jobs: Deque<Job> = []
        var idle = 0
        var threads = 0
        var isStopped = false
    }

    private enum Submission { case nothing, wake, start }
    private enum Step { case run(Job), wait, end }

    private let maximum: Int
    private let state = Locked(State())
    private let wakeUps = DispatchSemaphore(value: 0)

    package init(maximum: Int) {
        self.maximum = maximum
    }

    var threadCount: Int { state.withLock { $0.threads } }

    /// Runs `job` on one of the threads.
    package func submit(_ job: @escaping Job) {
        let submission: Submission = state.withLock { state in
            state.jobs.append(job)
            if state.idle > 0 {
                // The submitter takes the thread out of the idle count, so that two jobs never count on the same thread.
                state.idle -= 1
                return .wake
            }
            guard state.threads < maximum else { return .nothing }
            state.threads += 1
            return .start
        }
        switch submission {
        case .nothing: break
        case .wake: wakeUps.signal()
        case .start: startThread()
        }
    }

    /// Ends the threads when they have nothing to do any more.
    package func stop() {
        let idle = state.withLock { state in
            state.isStopped = true
            defer { state.idle = 0 }
            return state.idle
        }
        for _ in 0..<idle { wakeUps.signal() }
    }

    private func startThread() {
        do {
            try PosixThread { self.work() }.detach()
        } catch {
            // No thread can be had now. Nothing may be lost, so the job runs where it can.
            DispatchQueue.global().async { self.work() }
        }
    }

    private func work() {
        while true {
            let step: Step = state.withLock { state in
                if let job = state.jobs.popFirst() { return .run(job) }
                if state.isStopped { return .end }
                state.idle += 1
                return .wait
            }
            switch step {
            case .run(let job): job()
            case .wait: wakeUps.wait()
            case .end: return
            }
        }
    }
}
