// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import HTTPTypes
public import KubernetesClient

/// A request that waits for the test to answer it. Exactly one of the answers is given, once.
public final class PendingRequest: Sendable {
    typealias Answer = Result<HTTPExchange, TransportError>

    /// Method, path with query, and fields.
    public let head: HTTPRequest
    /// The request's body.
    public let body: [UInt8]
    private let answer: Locked<CheckedContinuation<Answer, Never>?>

    init(head: HTTPRequest, body: [UInt8], continuation: CheckedContinuation<Answer, Never>) {
        self.head = head
        self.body = body
        answer = Locked(continuation)
    }

    /// The path without the query.
    public var path: String { String((head.path ?? "").prefix { $0 != "?" }) }

    /// The items of the query, percent-decoding left undone.
    public var query: [String: String] {
        let text = (head.path ?? "").drop { $0 != "?" }.dropFirst()
        var items: [String: String] = [:]
        for item in text.split(separator: "&") {
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            items[String(parts[0])] = parts.count > 1 ? String(parts[1]) : ""
        }
        return items
    }

    /// Answers with a whole JSON document.
    public func respond(status: Int = 200, json: String, headers: [(String, String)] = []) {
        respond(status: status, body: HTTPBody(Array(json.utf8)), headers: headers)
    }

    /// Answers with a body that the test goes on filling.
    public func respond(status: Int = 200, feed: BodyFeed) { respond(status: status, body: feed.body, headers: []) }

    /// Answers with a Status, as an API server does for an error.
    public func respond(errorCode code: Int, reason: String, message: String = "") {
        respond(
            status: code,
            json:
                #"{"kind":"Status","apiVersion":"v1","status":"Failure","code":\#(code),"reason":"\#(reason)","message":"\#(message)"}"#
        )
    }

    /// Fails the exchange before any answer.
    public func fail(_ error: TransportError) { resume(.failure(error)) }

    private func respond(status: Int, body: HTTPBody, headers: [(String, String)]) {
        var head = HTTPResponse(status: HTTPResponse.Status(code: status))
        head.headerFields[.contentType] = "application/json"
        for (name, value) in headers {
            guard let name = HTTPField.Name(name) else { continue }
            head.headerFields[name] = value
        }
        resume(.success(HTTPExchange(head: head, body: body)))
    }

    func resume(_ result: Answer) {
        let continuation = answer.withLock { answer in
            defer { answer = nil }
            return answer
        }
        continuation?.resume(returning: result)
    }
}
