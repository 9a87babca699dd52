// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesClient

/// An answer's body that a test fills piece by piece, such as a watch.
public final class BodyFeed: Sendable {
    private enum End { case finished, failed(TransportError) }

    private struct State {
        var chunks: [[UInt8]] = []
        var end: End?
        var isDropped = false
        var reader: CheckedContinuation<Void, Never>?
        var isReaderCanceled = false
    }

    private let state = Locked(State())

    /// A body without content so far.
    public init() {}

    /// Adds a chunk.
    public func send(_ bytes: [UInt8]) { change { $0.chunks.append(bytes) } }

    /// Adds a chunk of text.
    public func send(_ text: String) { send(Array(text.utf8)) }

    /// Ends the body in good order.
    public func finish() { change { $0.end = .finished } }

    /// Breaks the body off.
    public func fail(_ error: TransportError) { change { $0.end = .failed(error) } }

    /// Whether the reader has gone away.
    public var isDropped: Bool { state.withLock { $0.isDropped } }

    /// The body for an answer; for one answer only.
    public var body: HTTPBody {
        HTTPBody(
            next: { () async throws(TransportError) -> [UInt8]? in try await self.next() },
            cancel: { self.change { $0.isDropped = true } }
        )
    }

    private func change(_ body: (inout State) -> Void) {
        let reader = state.withLock { state in
            body(&state)
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume()
    }

    private func next() async throws(TransportError) -> [UInt8]? {
        while true {
            let (chunk, end): ([UInt8]?, End?) = state.withLock { state in
                if !state.chunks.isEmpty { return (state.chunks.removeFirst(), nil) }
                return (nil, state.end)
            }
            if let chunk { return chunk }
            switch end {
            case .finished: return nil
            case .failed(let error): throw error
            case nil: break
            }
            if Task.isCancelled { throw TransportError(.canceled, "the reading task was canceled") }
            await waitForChange()
        }
    }

    private func waitForChange() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if !state.chunks.isEmpty || state.end != nil || state.isReaderCanceled { return true }
                    state.reader = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            change { $0.isReaderCanceled = true }
        }
    }
}
