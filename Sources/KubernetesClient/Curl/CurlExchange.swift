// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes

/// One exchange as the task that asked for it and the loop's thread share it.
final class CurlExchange: Sendable {
    typealias State = ExchangeState<
        CheckedContinuation<Result<HTTPResponse, TransportError>, Never>,
        CheckedContinuation<Result<[UInt8]?, TransportError>, Never>
    >

    let request: CurlRequest

    /// The loop that carries it out; it refers back only while the exchange runs.
    private let loop: CurlLoop
    private let state: Locked<State>
    /// Wakes the loop's thread when it waits for room; only streams wait.
    private let room: Semaphore?

    init(request: CurlRequest, loop: CurlLoop) {
        self.request = request
        self.loop = loop
        let waits = request.options.lane == .stream
        room = waits ? Semaphore() : nil
        state = Locked(State(limit: request.options.maximumBodyBytes, overflow: waits ? .waits : .fails))
    }

    // MARK: The reader's side

    func head() async throws(TransportError) -> HTTPResponse {
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // This may run late, after cancellation even; the state knows.
                if let result = state.withLock({ $0.waitForHead(continuation) }) { continuation.resume(returning: result) }
            }
        } onCancel: {
            cancel()
        }
        return try result.get()
    }

    func nextChunk() async throws(TransportError) -> [UInt8]? {
        if let result = take({ $0.takeBody() }) { return try result.get() }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if let result = take({ $0.waitForBody(continuation) }) { continuation.resume(returning: result) }
            }
        } onCancel: {
            cancel()
        }
        return try result.get()
    }

    /// Hands the exchange to its loop.
    ///
    /// - Returns: False when the loop no longer takes any.
    func begin() -> Bool { loop.start(self) }

    /// Ends the exchange because nobody wants its answer any more. Does nothing after its end.
    func cancel() {
        if abandon(TransportError(.canceled, "the request to \(request.server) was cancelled")) { loop.remove(self) }
    }

    /// Ends the exchange as seen by its reader.
    ///
    /// - Returns: Whether it was still running.
    @discardableResult
    func abandon(_ error: TransportError) -> Bool {
        let (wasRunning, wake) = state.withLock { $0.abandon(error) }
        resume(wake)
        room?.signal()
        return wasRunning
    }

    private func take(_ body: (inout State) -> State.BodyResult?) -> State.BodyResult? {
        let (result, unblocks) = state.withLock { state in
            let wasBlocked = state.writerIsBlocked
            let result = body(&state)
            return (result, wasBlocked && result != nil)
        }
        if unblocks { room?.signal() }
        return result
    }

    // MARK: The loop's side

    var hasEnded: Bool { state.withLock { $0.hasEnded } }

    func receive(head: HTTPResponse) { state.withLock { $0.receive(head: head) } }

    /// Takes bytes; for a stream this waits until there is room.
    ///
    /// - Returns: Whether the transfer should go on.
    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        while true {
            // The bytes are copied before the lock is left.
            nonisolated(unsafe) let bytes = bytes
            switch state.withLock({ $0.receive(bytes) }) {
            case .accepted: return true
            case .refused: return false
            case .full:
                deliver()
                room?.wait()
            }
        }
    }

    func finish(_ result: Result<Void, TransportError>) { state.withLock { $0.finish(result) } }

    /// Wakes the reader if there is something for it.
    func deliver() { resume(state.withLock { $0.wake() }) }

    private func resume(_ wake: State.Wake?) {
        switch wake {
        case .head(let waiter, let result): waiter.resume(returning: result)
        case .body(let waiter, let result): waiter.resume(returning: result)
        case nil: break
        }
    }
}
