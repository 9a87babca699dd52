// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient

/// Tells where an elector stands to everyone who follows it. Bound: one value for each stream, the newest.
final class LeadershipBroadcast: Sendable {
    private struct State {
        var current = Leadership.following(leader: nil)
        var streams: [UInt64: AsyncStream<Leadership>.Continuation] = [:]
        var lastID: UInt64 = 0
        var isFinished = false
    }

    private let state = Locked(State())

    var current: Leadership { state.withLock { $0.current } }

    func send(_ leadership: Leadership) {
        state.withLock { state in
            state.current = leadership
            for stream in state.streams.values { stream.yield(leadership) }
        }
    }

    /// Ends all streams, after what they have not delivered yet.
    func finish() {
        let streams = state.withLock { state in
            state.isFinished = true
            // Taken out first: a stream that ends calls back.
            defer { state.streams = [:] }
            return state.streams
        }
        for stream in streams.values { stream.finish() }
    }

    func makeStream() -> AsyncStream<Leadership> {
        let (stream, continuation) = AsyncStream.makeStream(of: Leadership.self, bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state in
            state.lastID += 1
            state.streams[state.lastID] = continuation
            continuation.yield(state.current)
            if state.isFinished { continuation.finish() }
            return state.lastID
        }
        continuation.onTermination = { [weak self] _ in self?.forget(id) }
        return stream
    }

    private func forget(_ id: UInt64) { state.withLock { _ = $0.streams.removeValue(forKey: id) } }
}
