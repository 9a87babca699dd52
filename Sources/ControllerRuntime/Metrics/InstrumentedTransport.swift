// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import HTTPTypes
public import KubernetesClient

/// A transport that counts requests to the API server as client-go does: `rest_client_requests_total` and
/// `rest_client_request_duration_seconds`, the latter until the answer's head.
public struct InstrumentedTransport: HTTPTransport {
    private let base: any HTTPTransport
    private let host: String
    private let registry: MetricsRegistry
    private let time: TimeSource

    /// A transport over `base`, whose server is called `host` in the metrics.
    public init(_ base: any HTTPTransport, host: String, environment: RuntimeEnvironment) {
        self.base = base
        self.host = host
        registry = environment.metrics
        time = environment.time
    }

    public func send(_ head: HTTPRequest, body: [UInt8], options: RequestOptions) async throws(TransportError) -> HTTPExchange {
        let start = time.now()
        do throws(TransportError) {
            let exchange = try await base.send(head, body: body, options: options)
            count(head.method, code: String(exchange.head.status.code), since: start)
            return exchange
        } catch {
            count(head.method, code: "<error>", since: start)
            throw error
        }
    }

    public func shutdown() async { await base.shutdown() }

    private func count(_ method: HTTPRequest.Method, code: String, since start: MonotonicInstant) {
        registry.counter(
            "rest_client_requests_total",
            help: "Number of HTTP requests, partitioned by status code, method, and host.",
            labels: ["code": code, "method": method.rawValue, "host": host]
        ).increment(by: UInt64(1))
        registry.histogram(
            "rest_client_request_duration_seconds",
            help: "Request latency in seconds. Broken down by verb, and host.",
            labels: ["verb": method.rawValue, "host": host],
            buckets: MetricBuckets.requestLatency
        ).observe(start.duration(to: time.now()))
    }
}
