// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import HTTPTypes
public import KubernetesClient

/// A transport that does what a script of faults says to the exchanges of another one.
public struct FaultTransport: HTTPTransport {
    private let base: any HTTPTransport
    private let script: FaultScript

    /// A transport over `base`.
    public init(_ base: any HTTPTransport, script: FaultScript) {
        self.base = base
        self.script = script
    }

    /// Sends over the base, unless and as far as the script says otherwise.
    public func send(_ head: HTTPRequest, body: [UInt8], options: RequestOptions) async throws(TransportError) -> HTTPExchange {
        switch script.fault(for: head) {
        case nil: return try await base.send(head, body: body, options: options)
        case .fail(let code): throw TransportError(code, "fault script: \(code)")
        case .loseAnswer(let code):
            _ = try await base.send(head, body: body, options: options)
            throw TransportError(code, "fault script: the answer is lost, \(code)")
        case .status(let code, let reason, let retryAfter): return status(code, reason, retryAfter)
        case .truncate(let count):
            var exchange = try await base.send(head, body: body, options: options)
            exchange.body = truncated(exchange.body, after: count)
            return exchange
        case .garbage(let bytes):
            var exchange = try await base.send(head, body: body, options: options)
            exchange.body = prefixed(exchange.body, with: bytes)
            return exchange
        case .hold(let gate):
            await gate.pass()
            return try await base.send(head, body: body, options: options)
        }
    }

    /// Shuts the base down.
    public func shutdown() async { await base.shutdown() }

    private func status(_ code: Int, _ reason: String, _ retryAfter: Int?) -> HTTPExchange {
        var head = HTTPResponse(status: HTTPResponse.Status(code: code))
        head.headerFields[.contentType] = "application/json"
        if let retryAfter { head.headerFields[.retryAfter] = String(retryAfter) }
        let text =
            #"{"kind":"Status","apiVersion":"v1","status":"Failure","code":\#(code),"reason":"\#(reason)","message":"fault script"}"#
        return HTTPExchange(head: head, body: HTTPBody(Array(text.utf8)))
    }

    private func truncated(_ body: HTTPBody, after count: Int) -> HTTPBody {
        let left = Locked(count)
        return HTTPBody(
            next: { () async throws(TransportError) -> [UInt8]? in
                let budget = left.withLock { $0 }
                if budget <= 0 { throw TransportError(.closed, "fault script: the connection broke") }
                guard let chunk = try await body.next() else { return nil }
                left.withLock { $0 -= chunk.count }
                return Array(chunk.prefix(budget))
            },
            cancel: {}
        )
    }

    private func prefixed(_ body: HTTPBody, with bytes: [UInt8]) -> HTTPBody {
        let first = Locked<[UInt8]?>(bytes)
        return HTTPBody(
            next: { () async throws(TransportError) -> [UInt8]? in
                let prefix = first.withLock { first in
                    defer { first = nil }
                    return first
                }
                if let prefix { return prefix }
                return try await body.next()
            },
            cancel: {}
        )
    }
}
