// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// A stream of byte chunks with one consumer.
///
/// Chunk boundaries carry no meaning. Whoever makes the body bounds what waits in it. Dropping the last copy, or cancelling the task that
/// waits in ``next()``, ends the exchange behind it.
public struct HTTPBody: AsyncSequence, Sendable {
    public typealias Element = [UInt8]
    public typealias Failure = TransportError

    private let source: HTTPBodySource

    /// Whether all bytes were there when the body was made, so that reading does not wait.
    package let isWhole: Bool

    /// A body that is already there.
    public init(_ bytes: [UInt8]) {
        let rest = Locked<[UInt8]?>(bytes.isEmpty ? nil : bytes)
        isWhole = true
        source = HTTPBodySource(
            next: { () throws(TransportError) -> [UInt8]? in
                rest.withLock { rest in
                    defer { rest = nil }
                    return rest
                }
            },
            cancel: {}
        )
    }

    /// A body that comes in pieces.
    ///
    /// - Parameters:
    ///   - next: Waits for the next chunk, which is not empty; nil at the end. Must return soon after its task is cancelled. After nil or
    ///     an error it is not called again.
    ///   - cancel: Called once when nobody will read any more, also after the end.
    public init(
        next: @escaping @Sendable () async throws(TransportError) -> [UInt8]?,
        cancel: @escaping @Sendable () -> Void
    ) {
        isWhole = false
        source = HTTPBodySource(next: next, cancel: cancel)
    }

    /// The next chunk, nil at the end.
    ///
    /// - Throws: ``TransportError`` when the exchange broke before its end; the chunks that had arrived come first.
    public func next() async throws(TransportError) -> [UInt8]? { try await source.next() }

    /// The whole rest of the body.
    ///
    /// - Parameter maximum: How many bytes are accepted.
    /// - Throws: ``TransportError`` with the code `tooLarge` when there are more, or what ended the exchange early.
    public func collect(upTo maximum: Int) async throws(TransportError) -> [UInt8] {
        guard var bytes = try await next() else { return [] }
        while true {
            guard bytes.count <= maximum else {
                throw TransportError(.tooLarge, "the answer is larger than the \(maximum) bytes that are accepted here")
            }
            guard let chunk = try await next() else { return bytes }
            bytes.append(contentsOf: chunk)
        }
    }

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(body: self) }

    /// Reads a body chunk by chunk.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let body: HTTPBody

        public mutating func next() async throws(TransportError) -> [UInt8]? { try await body.next() }

        public mutating func next(isolation actor: isolated (any Actor)?) async throws(TransportError) -> [UInt8]? {
            try await body.next()
        }
    }
}
