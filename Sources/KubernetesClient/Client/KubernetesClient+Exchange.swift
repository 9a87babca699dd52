// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import KubernetesJSON
import Logging

/// The way from a ``ClientRequest`` to an answer: repeating, collecting, errors.
extension KubernetesClient {
    /// Beyond so many bytes decoding leaves the caller's actor.
    private static let inlineDecodingLimit = 16 << 10

    /// How much of a failed answer is read to find out why.
    private static let errorBodyLimit = 1 << 20

    /// Sends the request and reads the whole answer; an error status is thrown.
    func send(_ request: ClientRequest) async throws(ClientError) -> (head: HTTPResponse, body: [UInt8]) {
        let exchange = try await open(request)
        return (exchange.head, try await collect(exchange.body, of: request))
    }

    /// Sends the request and returns when the head has come; an error status is thrown.
    func open(_ request: ClientRequest) async throws(ClientError) -> HTTPExchange {
        let exchange = try await attempt(request)
        guard exchange.head.status.kind != .successful else { return exchange }
        let body: [UInt8]
        do throws(TransportError) {
            body = try await exchange.body.collect(upTo: Self.errorBodyLimit)
        } catch {
            // The status says more than what became of its explanation; cancellation alone is the caller's own doing.
            if error.code == .canceled { throw ClientError(transport: error, request: request) }
            body = []
        }
        throw ClientError(answer: exchange.head, body: body, request: request)
    }

    /// Sends the request, again when the policy says so, and returns the last answer whatever its status.
    func attempt(_ request: ClientRequest) async throws(ClientError) -> HTTPExchange {
        let head = request.head(userAgent: userAgent)
        // A lease is renewed in time or not at all; whoever holds it keeps the pace.
        let policy = request.options.lane == .lease ? .never : retryPolicy
        var number = 1
        while true {
            let outcome: RetryPolicy.Outcome
            let result: Result<HTTPExchange, TransportError>
            do throws(TransportError) {
                let exchange = try await transport.send(head, body: request.body, options: request.options)
                note(warningsOf: exchange.head)
                outcome = .answer(status: exchange.head.status.code, retryAfter: exchange.head.retryAfter)
                result = .success(exchange)
            } catch {
                outcome = .broken(error.code)
                result = .failure(error)
            }
            guard let delay = policy.delay(after: outcome, attempt: number, isRead: request.isRead) else {
                switch result {
                case .success(let exchange): return exchange
                case .failure(let error): throw ClientError(transport: error, request: request)
                }
            }
            logger.debug("repeating a request", metadata: ["request": "\(request)", "attempt": "\(number)", "delay": "\(delay)"])
            do {
                try await sleep(delay)
            } catch {
                throw ClientError(.canceled, "\(request): the call was cancelled", underlying: error)
            }
            number += 1
        }
    }

    func collect(_ body: HTTPBody, of request: ClientRequest) async throws(ClientError) -> [UInt8] {
        do throws(TransportError) {
            return try await body.collect(upTo: request.options.maximumBodyBytes)
        } catch {
            throw ClientError(transport: error, request: request)
        }
    }

    /// Decodes an answer; large ones away from the caller's actor.
    func decode<T: JSONReadable & Sendable>(_ type: T.Type, _ bytes: [UInt8], of request: ClientRequest) async throws(ClientError)
        -> T
    {
        do throws(JSONError) {
            if bytes.count <= Self.inlineDecodingLimit { return try JSON.decode(type, from: bytes) }
            return try await Self.decodeElsewhere(type, bytes)
        } catch {
            throw ClientError(
                .unreadableAnswer,
                "\(request): the server's answer is not a readable \(type): \("\(error)".escapingControlCharacters)",
                underlying: error
            )
        }
    }

    @concurrent
    private static func decodeElsewhere<T: JSONReadable & Sendable>(_ type: T.Type, _ bytes: [UInt8]) async throws(JSONError) -> T
    {
        try JSON.decode(type, from: bytes)
    }

    private func note(warningsOf head: HTTPResponse) {
        for text in head.headerFields[values: .warning] where warnings.isNew(text) {
            logger.warning("the API server warns", metadata: ["warning": "\(text.escapingControlCharacters)"])
        }
    }
}

extension HTTPField.Name {
    static let warning = HTTPField.Name("Warning")!
}
