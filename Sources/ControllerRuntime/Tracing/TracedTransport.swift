// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import HTTPTypes
public import KubernetesClient
public import Tracing

/// A transport that makes a span of each request that is sent within another span, and tells the server of it in the fields that the tracer
/// writes, as `traceparent` of W3C Trace Context.
///
/// The span ends with the answer's head, so that a watch is not one for hours. Requests that no span surrounds, as those of caches and of
/// leases, are sent as they are.
public struct TracedTransport: HTTPTransport {
    private let base: any HTTPTransport
    private let tracer: any Tracer

    /// A transport over `base`.
    public init(_ base: any HTTPTransport, tracer: any Tracer) {
        self.base = base
        self.tracer = tracer
    }

    public func send(_ head: HTTPRequest, body: [UInt8], options: RequestOptions) async throws(TransportError) -> HTTPExchange {
        guard let context = ServiceContext.current else { return try await base.send(head, body: body, options: options) }
        let span = tracer.startAnySpan(head.method.rawValue, context: context, ofKind: .client)
        defer { span.end() }
        // Without the query: selectors and continue tokens say more than is wanted.
        let path = (head.path ?? "").prefix { $0 != "?" }
        span.updateAttributes { attributes in
            attributes["http.request.method"] = head.method.rawValue
            attributes["url.path"] = String(path)
        }
        var traced = head
        tracer.inject(span.context, into: &traced, using: FieldInjector())
        do throws(TransportError) {
            let exchange = try await base.send(traced, body: body, options: options)
            span.attributes["http.response.status_code"] = exchange.head.status.code
            if exchange.head.status.code >= 400 { span.setStatus(SpanStatus(code: .error)) }
            return exchange
        } catch {
            span.recordError(error)
            span.setStatus(SpanStatus(code: .error))
            throw error
        }
    }

    public func shutdown() async { await base.shutdown() }

    private struct FieldInjector: Injector {
        func inject(_ value: String, forKey key: String, into head: inout HTTPRequest) {
            if let name = HTTPField.Name(key) { head.headerFields[name] = value }
        }
    }
}
