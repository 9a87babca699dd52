// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import KubernetesClient

extension HTTPExchange {
    static func text(_ text: String, status: HTTPResponse.Status = .ok) -> HTTPExchange {
        HTTPExchange(head: HTTPResponse(status: status), body: HTTPBody(Array(text.utf8)))
    }

    /// An answer that goes on as long as `source` does.
    static func stream(_ source: StreamSource) -> HTTPExchange {
        HTTPExchange(head: HTTPResponse(status: .ok), body: source.body)
    }
}

/// A body that a test feeds, which says when its reader has gone.
final class StreamSource: Sendable {
    private let chunks: AsyncStream<[UInt8]>
    private let input: AsyncStream<[UInt8]>.Continuation
    private let canceled: AsyncStream<Void>
    private let cancelInput: AsyncStream<Void>.Continuation
    private let taken = Locked(0)

    init() {
        (chunks, input) = AsyncStream.makeStream()
        (canceled, cancelInput) = AsyncStream.makeStream()
    }

    /// How many chunks were taken.
    var takenCount: Int { taken.withLock { $0 } }

    func send(_ text: String) { input.yield(Array(text.utf8)) }
    func send(_ bytes: [UInt8]) { input.yield(bytes) }
    func finish() { input.finish() }

    /// Returns when nobody reads the body any more.
    func untilCanceled() async {
        for await _ in canceled {}
    }

    var body: HTTPBody {
        HTTPBody(
            next: { [self] () throws(TransportError) -> [UInt8]? in
                var iterator = chunks.makeAsyncIterator()
                let chunk = await iterator.next()
                if chunk != nil { taken.withLock { $0 += 1 } }
                if Task.isCancelled { throw TransportError(.canceled, "cancelled") }
                return chunk
            },
            cancel: { [self] in cancelInput.finish() }
        )
    }
}
