// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import KubernetesMeta

@testable import EmbeddedCluster

/// A clock that stands until it is moved.
final class ManualTime: Sendable {
    private struct State {
        var now = Duration.zero
        var sleepers: [Int: (deadline: Duration, continuation: CheckedContinuation<Void, Never>)] = [:]
        var cancelled: Set<Int> = []
        var nextID = 0
        var observer: CheckedContinuation<Void, Never>?
    }

    private let state = Locked(State())

    var clock: ClusterClock {
        ClusterClock(
            wallNow: { [self] in
                let now = state.withLock { $0.now }
                return MicroTime(microseconds: 1_800_000_000_000_000 + now.components.seconds * 1_000_000)
            },
            monotonicNow: { [self] in state.withLock { $0.now } },
            sleepUntil: { [self] in try await sleep(until: $0) }
        )
    }

    private func sleep(until deadline: Duration) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (isDue, observer): (Bool, CheckedContinuation<Void, Never>?) = state.withLock { state in
                    if deadline <= state.now || state.cancelled.contains(id) { return (true, nil) }
                    state.sleepers[id] = (deadline, continuation)
                    defer { state.observer = nil }
                    return (false, state.observer)
                }
                observer?.resume()
                if isDue { continuation.resume() }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                state.cancelled.insert(id)
                return state.sleepers.removeValue(forKey: id)?.continuation
            }
            sleeper?.resume()
        }
        try Task.checkCancellation()
    }

    /// Waits until someone sleeps, then moves the clock.
    func advanceWhenWaitedFor(to time: Duration) async {
        await withCheckedContinuation { continuation in
            let isSleeping = state.withLock { state in
                if !state.sleepers.isEmpty { return true }
                state.observer = continuation
                return false
            }
            if isSleeping { continuation.resume() }
        }
        let due = state.withLock { state in
            state.now = time
            let due = state.sleepers.filter { $0.value.deadline <= time }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in due { continuation.resume() }
    }
}
