// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import ServiceLifecycle

/// The answers that last, so that they can be ended before the connections are closed.
///
/// A service that stands above the HTTP server in its group and is therefore stopped first. Hummingbird closes an HTTP/2 connection as soon
/// as the last stream's end has been handed to it, before that end is on the wire, when it has been asked to stop by then; a client would
/// take its watch for broken.
final class OpenStreams: Service {
    /// One answer.
    struct Stream: Sendable {
        let id: UInt64
        /// Ends when the answer should end.
        let stopped: AsyncStream<Void>
    }

    private struct State {
        var isStopping = false
        var lastID: UInt64 = 0
        var stops: [UInt64: AsyncStream<Void>.Continuation] = [:]
        var whenEmpty: AsyncStream<Void>.Continuation?
    }

    private let state = Locked(State())

    /// An answer begins. When the server is being stopped, it should end at once, and is not waited for: a client that asks again and again
    /// must not hold up the stop.
    func open() -> Stream {
        let (stopped, stop) = AsyncStream<Void>.makeStream()
        let (id, isStopping) = state.withLock { state in
            state.lastID += 1
            if !state.isStopping { state.stops[state.lastID] = stop }
            return (state.lastID, state.isStopping)
        }
        if isStopping { stop.finish() }
        return Stream(id: id, stopped: stopped)
    }

    /// An answer has ended.
    func close(_ stream: Stream) {
        let whenEmpty = state.withLock { state in
            state.stops[stream.id] = nil
            return state.stops.isEmpty ? state.whenEmpty : nil
        }
        whenEmpty?.finish()
    }

    /// Waits for the stop, ends all answers, and waits until they have ended; those of readers that have stopped reading are left to the
    /// end of their connections when the service group's patience ends.
    func run() async throws {
        try await gracefulShutdown()
        let (empty, whenEmpty) = AsyncStream<Void>.makeStream()
        let stops = state.withLock { state in
            state.isStopping = true
            state.whenEmpty = whenEmpty
            return Array(state.stops.values)
        }
        if stops.isEmpty { return }
        for stop in stops { stop.finish() }
        for await _ in empty {}
    }
}
