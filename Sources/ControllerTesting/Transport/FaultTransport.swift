// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import ControllerRuntime
public import HTTPTypes
public import KubernetesClient
import KubernetesJSON

/// A transport that does to the exchanges of another one what a script of faults says, and what chaos adds.
public struct FaultTransport: HTTPTransport {
    private let base: any HTTPTransport
    private let script: FaultScript
    private let chaos: Chaos?
    private let time: TimeSource

    /// A transport over `base`. What the script lets go well is left to `chaos`.
    ///
    /// - Parameter time: By which delays, slow readers and the limits of dropped exchanges are measured.
    public init(_ base: any HTTPTransport, script: FaultScript, chaos: Chaos? = nil, time: TimeSource = .system) {
        self.base = base
        self.script = script
        self.chaos = chaos
        self.time = time
    }

    /// Sends over the base, unless and as far as a fault says otherwise.
    public func send(_ head: HTTPRequest, body: [UInt8], options: RequestOptions) async throws(TransportError) -> HTTPExchange {
        let fault = script.fault(for: head) ?? chaos?.fault(for: head)
        switch fault {
        case .fail(let code): throw TransportError(code, "fault: \(code)")
        case .drop: throw await silence(options)
        case .delay(let delay): try await pause(for: delay)
        case .duplicate: _ = try await base.send(head, body: body, options: options)
        case .status(let code, let reason, let message, let retryAfter): return status(code, reason, message, retryAfter)
        case .hold(let gate): await gate.pass()
        default: break
        }
        var exchange = try await base.send(head, body: body, options: options)
        switch fault {
        case .loseAnswer(let code): throw TransportError(code, "fault: the answer is lost, \(code)")
        case .truncate(let count): exchange.body = cut(exchange.body, after: count, error: true)
        case .closeEarly(let count): exchange.body = cut(exchange.body, after: count, error: false)
        case .garbage(let bytes): exchange.body = prefixed(exchange.body, with: bytes)
        case .repeatLines: exchange.body = changed(exchange.body, by: LineFault(.repeated))
        case .errorEvent(let code, let reason, let lines):
            let event = #"{"type":"ERROR","object":\#(Self.document(code, reason))}"# + "\n"
            exchange.body = changed(exchange.body, by: LineFault(.ended(afterLines: lines, by: Array(event.utf8))))
        case .slowReader(let count, let interval): exchange.body = slowed(exchange.body, bytes: max(1, count), every: interval)
        default: break
        }
        return exchange
    }

    /// Shuts the base down.
    public func shutdown() async { await base.shutdown() }

    // MARK: Time

    private func pause(for duration: Duration) async throws(TransportError) {
        do { try await time.sleep(for: duration) } catch {
            throw TransportError(.canceled, "the calling task was canceled", underlying: error)
        }
    }

    private func silence(_ options: RequestOptions) async -> TransportError {
        guard let limit = [options.timeout, options.idleTimeout].compactMap(\.self).min() else {
            // Nobody opens it: only cancellation ends the wait.
            _ = await Latch<Void>().wait()
            return TransportError(.canceled, "the calling task was canceled")
        }
        do throws(TransportError) { try await pause(for: limit) } catch { return error }
        return TransportError(.timedOut, "fault: no answer within \(limit)")
    }

    // MARK: Answers

    private static func document(_ code: Int, _ reason: String, _ message: String = "fault") -> String {
        let text = JSONValue.string(message).description
        return #"{"kind":"Status","apiVersion":"v1","status":"Failure","code":\#(code),"reason":"\#(reason)","message":\#(text)}"#
    }

    private func status(_ code: Int, _ reason: String, _ message: String, _ retryAfter: Int?) -> HTTPExchange {
        var head = HTTPResponse(status: HTTPResponse.Status(code: code))
        head.headerFields[.contentType] = "application/json"
        if let retryAfter { head.headerFields[.retryAfter] = String(retryAfter) }
        return HTTPExchange(head: head, body: HTTPBody(Array(Self.document(code, reason, message).utf8)))
    }

    private func cut(_ body: HTTPBody, after count: Int, error: Bool) -> HTTPBody {
        let left = Locked(count)
        return HTTPBody(
            next: { () async throws(TransportError) -> [UInt8]? in
                let budget = left.withLock { $0 }
                if budget <= 0 {
                    if error { throw TransportError(.closed, "fault: the connection broke") }
                    return nil
                }
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

    private func changed(_ body: HTTPBody, by fault: LineFault) -> HTTPBody {
        let fault = Locked(fault)
        return HTTPBody(
            next: { () async throws(TransportError) -> [UInt8]? in
                while !fault.withLock({ $0.hasEnded }) {
                    guard let chunk = try await body.next() else { return fault.withLock { $0.finish() } }
                    let bytes = fault.withLock { $0.take(chunk) }
                    if !bytes.isEmpty { return bytes }
                }
                return nil
            },
            cancel: {}
        )
    }

    private func slowed(_ body: HTTPBody, bytes count: Int, every interval: Duration) -> HTTPBody {
        let rest = Locked<[UInt8]>([])
        return HTTPBody(
            next: { () async throws(TransportError) -> [UInt8]? in
                if rest.withLock({ $0.isEmpty }) {
                    guard let chunk = try await body.next() else { return nil }
                    rest.withLock { $0 = chunk }
                }
                try await pause(for: interval)
                return rest.withLock { rest in
                    defer { rest.removeFirst(min(count, rest.count)) }
                    return Array(rest.prefix(count))
                }
            },
            cancel: {}
        )
    }
}
