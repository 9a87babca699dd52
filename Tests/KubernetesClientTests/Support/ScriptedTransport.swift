// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes

@testable import KubernetesClient

/// A transport that answers from a script and keeps what it was sent.
final class ScriptedTransport: HTTPTransport {
    struct Sent: Sendable {
        var head: HTTPRequest
        var body: [UInt8]
        var options: RequestOptions

        var line: String { "\(head.method.rawValue) \(head.path ?? "")" }
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    enum Step: Sendable {
        case answer(Int, String, [HTTPField] = [])
        case stream(HTTPBody)
        case fail(TransportError)
    }

    private let steps: Locked<[Step]>
    private let log = Locked<[Sent]>([])

    init(_ steps: [Step]) { self.steps = Locked(steps) }

    var sent: [Sent] { log.withLock { $0 } }

    func send(_ head: HTTPRequest, body: [UInt8], options: RequestOptions) async throws(TransportError) -> HTTPExchange {
        log.withLock { $0.append(Sent(head: head, body: body, options: options)) }
        let step = steps.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        switch step {
        case .answer(let code, let text, let fields):
            return HTTPExchange(
                head: HTTPResponse(status: .init(code: code), headerFields: HTTPFields(fields)),
                body: HTTPBody(Array(text.utf8))
            )
        case .stream(let body): return HTTPExchange(head: HTTPResponse(status: .ok), body: body)
        case .fail(let error): throw error
        case nil: throw TransportError(.other, "the script has ended")
        }
    }

    func shutdown() async {}
}

extension HTTPBody {
    /// A body that comes in these pieces and then ends, or fails.
    init(pieces: [[UInt8]], error: TransportError? = nil, onCancel: @escaping @Sendable () -> Void = {}) {
        let rest = Locked(pieces[...])
        self.init(
            next: { () throws(TransportError) -> [UInt8]? in
                if let piece = rest.withLock({ $0.popFirst() }) { return piece }
                if let error { throw error }
                return nil
            },
            cancel: onCancel
        )
    }
}
