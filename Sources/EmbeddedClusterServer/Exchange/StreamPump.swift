// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import NIOCore

/// Moves a body that lasts to the client, no faster than the client reads.
struct StreamPump: Sendable {
    let body: HTTPBody
    /// Ends when the client has gone.
    let closed: AsyncStream<Void>
    /// Ends when the server is asked to stop.
    let stopped: AsyncStream<Void>

    /// What ended a stream.
    enum Ending: Sendable {
        /// The body came to its end.
        case complete
        /// The body broke.
        case broken(TransportError)
        /// The client has gone; there is nobody to write to.
        case clientGone
        /// The server is asked to stop.
        case shutdown
    }

    private enum Event: Sendable {
        case chunk([UInt8])
        case ending(Ending)
    }

    /// Reads one chunk at a time and writes it; returns at whatever comes first of the endings. The body is no longer read then.
    func run(_ write: (ByteBuffer) async throws -> Void) async throws -> Ending {
        try await withThrowingTaskGroup(of: Event.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                for await _ in closed {}
                return .ending(.clientGone)
            }
            group.addTask {
                for await _ in stopped {}
                return .ending(.shutdown)
            }
            group.addTask { await next() }
            while let event = try await group.next() {
                switch event {
                case .ending(let ending): return ending
                case .chunk(let bytes):
                    try await write(ByteBuffer(bytes: bytes))
                    group.addTask { await next() }
                }
            }
            return .clientGone
        }
    }

    private func next() async -> Event {
        do throws(TransportError) {
            return try await body.next().map(Event.chunk) ?? .ending(.complete)
        } catch {
            return .ending(.broken(error))
        }
    }
}
