// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import HTTPSServing
import HTTPTypes
import Logging

/// Answers the requests to webhooks.
///
/// A review that could be read is answered by a review, whatever the handler did. What is no review, is too large or was not answered in
/// time gets an HTTP error, so that the configuration's failurePolicy decides.
struct WebhookResponder: Sendable {
    private struct Entry: Sendable {
        let webhook: Webhook
        let metrics: WebhookMetrics
    }

    struct Answer: Sendable {
        var status: HTTPResponse.Status
        var contentType: String
        var body: [UInt8]
        /// Whether the connection cannot be used on, because the request was not read to its end.
        var endsConnection = false

        static func plain(_ status: HTTPResponse.Status, _ text: String) -> Answer {
            Answer(status: status, contentType: "text/plain; charset=utf-8", body: Array((text + "\n").utf8))
        }
    }

    let calls: WebhookCalls
    private let entries: [String: Entry]
    private let options: WebhookServerOptions
    private let time: TimeSource
    private let logger: Logger

    /// - Throws: ``ServingError`` with the code `configuration` for two webhooks at one path, or a path that is none.
    init(webhooks: [Webhook], options: WebhookServerOptions, environment: RuntimeEnvironment) throws(ServingError) {
        var entries: [String: Entry] = [:]
        for webhook in webhooks {
            guard webhook.path.hasPrefix("/"), !webhook.path.contains("?") else {
                throw ServingError(
                    .configuration,
                    "'\(webhook.path)' is no path of a webhook; begin with a slash, without a query"
                )
            }
            guard entries[webhook.path] == nil else {
                throw ServingError(.configuration, "two webhooks are to be served at \(webhook.path); give one another path")
            }
            entries[webhook.path] = Entry(
                webhook: webhook,
                metrics: WebhookMetrics(registry: environment.metrics, path: webhook.path)
            )
        }
        self.entries = entries
        self.options = options
        calls = WebhookCalls(maximum: options.maximumConcurrentRequests, time: environment.time)
        time = environment.time
        logger = environment.logger
    }

    /// - Parameter body: Reads the body, up to so many bytes.
    func answer(
        _ head: HTTPRequest,
        body: (_ limit: Int) async throws -> RequestBodyReader.Outcome
    ) async throws -> Answer {
        let parts = (head.path ?? "/").split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let entry = entries[String(parts[0])] else {
            return .plain(.notFound, "no webhook is served at \(parts[0])")
        }
        let start = time.now()
        entry.metrics.begin()
        do {
            let answer = try await answer(head, entry.webhook, query: Query(parts.count > 1 ? parts[1] : ""), start, body)
            entry.metrics.end(answer.status, after: start.duration(to: time.now()))
            return answer
        } catch {
            // The client has gone.
            entry.metrics.end(HTTPResponse.Status(code: 499), after: start.duration(to: time.now()))
            throw error
        }
    }

    private func answer(
        _ head: HTTPRequest,
        _ webhook: Webhook,
        query: Query,
        _ start: MonotonicInstant,
        _ read: (_ limit: Int) async throws -> RequestBodyReader.Outcome
    ) async throws -> Answer {
        let limit: Int
        switch webhook.handler {
        case .admission: limit = options.maximumAdmissionBytes
        case .conversion: limit = options.maximumConversionBytes
        case .tokenReview: limit = options.maximumTokenReviewBytes
        }
        let body: [UInt8]
        switch try await read(limit) {
        case .body(let bytes): body = bytes
        case .tooLarge: return .plain(.contentTooLarge, "the review is larger than \(limit) bytes")
        case .abusive:
            var answer = Answer.plain(.contentTooLarge, "the review is larger than \(limit) bytes")
            answer.endsConnection = true
            return answer
        }
        guard head.method == .post else { return .plain(.methodNotAllowed, "reviews are sent by POST") }
        let contentType = head.headerFields[.contentType] ?? ""
        guard contentType.split(separator: ";").first?.lowercased() == "application/json" else {
            return .plain(.unsupportedMediaType, "reviews are application/json, not '\(contentType.cut(toUTF8: 100))'")
        }
        let asked = query.values("timeout").first.flatMap { FlagDuration(argument: $0)?.value } ?? options.timeout
        let deadline = start.advanced(by: asked > .zero ? min(asked, options.timeout) : options.timeout)
        do {
            let work = try webhook.work(body, logger: logger)
            switch await calls.run(until: deadline, work) {
            case .value(let bytes): return Answer(status: .ok, contentType: "application/json", body: bytes)
            case .failure(let error): return .plain(.internalServerError, "\(error)")
            case .overdue:
                logger.error("the webhook was not answered in time", metadata: ["webhook": "\(webhook.path)"])
                return .plain(.gatewayTimeout, "\(webhook.path) was not answered in time")
            }
        } catch {
            return .plain(.badRequest, "\(error)")
        }
    }
}
