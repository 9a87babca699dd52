// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import HTTPTypes
public import KubernetesClient

/// A transport whose server is the test: it takes each request by hand and answers it.
public final class ScriptedTransport: HTTPTransport {
    private struct State {
        var pending: [PendingRequest] = []
        var takers: [CheckedContinuation<PendingRequest, Never>] = []
    }

    private let state = Locked(State())

    /// A transport without requests.
    public init() {}

    /// The next request, waiting for one.
    public func nextRequest() async -> PendingRequest {
        await withCheckedContinuation { taker in
            let request = state.withLock { state in
                if !state.pending.isEmpty { return Optional(state.pending.removeFirst()) }
                state.takers.append(taker)
                return nil
            }
            if let request { taker.resume(returning: request) }
        }
    }

    /// How many requests wait for an answer and have not been taken.
    public var pendingCount: Int { state.withLock { $0.pending.count } }

    /// Hands the request to the test and waits for its answer.
    public func send(_ head: HTTPRequest, body: [UInt8], options: RequestOptions) async throws(TransportError) -> HTTPExchange {
        try options.permit?.check()
        let current = Locked<PendingRequest?>(nil)
        let answer: PendingRequest.Answer = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let request = PendingRequest(head: head, body: body, continuation: continuation)
                current.withLock { $0 = request }
                let taker = state.withLock { state in
                    if !state.takers.isEmpty { return Optional(state.takers.removeFirst()) }
                    state.pending.append(request)
                    return nil
                }
                taker?.resume(returning: request)
                if Task.isCancelled { request.fail(TransportError(.canceled, "the calling task was canceled")) }
            }
        } onCancel: {
            current.withLock { $0 }?.fail(TransportError(.canceled, "the calling task was canceled"))
        }
        return try answer.get()
    }

    /// Fails what waits.
    public func shutdown() async {
        let pending = state.withLock { state in
            defer { state.pending = [] }
            return state.pending
        }
        for request in pending { request.fail(TransportError(.closed, "the transport is shut down")) }
    }
}
