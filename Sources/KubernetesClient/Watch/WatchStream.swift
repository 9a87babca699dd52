// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesMeta

/// The events of one watch, in the server's order.
///
/// One task reads it. It ends when the server ends the watch, which is normal, and throws when the connection breaks or says what no watch
/// says; whoever wants more starts a new watch from the last revision. Dropping the stream ends the watch.
public struct WatchStream<Object: Resource>: AsyncSequence, Sendable {
    public typealias Element = WatchEvent<Object>
    public typealias Failure = ClientError

    private let reader: WatchReader<Object>

    /// A watch over a body that holds one JSON event per line.
    ///
    /// - Parameters:
    ///   - maximumEventBytes: The largest line that is accepted.
    ///   - subject: What is watched, for error messages.
    package init(body: HTTPBody, maximumEventBytes: Int, subject: String) {
        reader = WatchReader(body: body, maximumEventBytes: maximumEventBytes, subject: subject)
    }

    /// Waits for events and returns all that have arrived, decoded off the caller's actor; nil at the end of the watch.
    ///
    /// - Returns: At least one event, at most ``batchLimit``.
    public func nextBatch() async throws(ClientError) -> [WatchEvent<Object>]? { try await reader.nextBatch() }

    /// The most events of one batch.
    public static var batchLimit: Int { 1_000 }

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(stream: self) }

    /// Reads event by event.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private let stream: WatchStream
        private var batch: ArraySlice<WatchEvent<Object>> = []

        init(stream: WatchStream) { self.stream = stream }

        public mutating func next() async throws(ClientError) -> WatchEvent<Object>? {
            if batch.isEmpty {
                guard let next = try await stream.nextBatch() else { return nil }
                batch = next[...]
            }
            return batch.popFirst()
        }

        public mutating func next(isolation actor: isolated (any Actor)?) async throws(ClientError) -> WatchEvent<Object>? {
            try await next()
        }
    }
}
