// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import HTTPTypes
public import KubernetesClient

/// A transport that sends no more requests than its user allowed itself. Leases are exempt: a limit that delays a renewal costs the
/// leadership.
///
/// A request that would have to wait longer than its own timeout fails at once. Bound: one waiting task for each request.
public struct RateLimitedTransport: HTTPTransport {
    private let base: any HTTPTransport
    private let bucket: Locked<TokenBucket>
    private let host: String
    private let registry: MetricsRegistry
    private let time: TimeSource

    /// A transport over `base`.
    ///
    /// - Parameters:
    ///   - rate: Requests a second in the long run, more than 0.
    ///   - burst: Requests at once, at least 1.
    ///   - host: The server, for `rest_client_rate_limiter_duration_seconds`.
    ///   - environment: Time and metrics.
    public init(_ base: any HTTPTransport, rate: Double, burst: Int, host: String, environment: RuntimeEnvironment) {
        self.base = base
        self.host = host
        bucket = Locked(TokenBucket(rate: rate, burst: burst))
        registry = environment.metrics
        time = environment.time
    }

    public func send(_ head: HTTPRequest, body: [UInt8], options: RequestOptions) async throws(TransportError) -> HTTPExchange {
        var options = options
        if options.lane != .lease {
            let waited = try await wait(head.method, options.timeout)
            options.timeout = options.timeout.map { max(.zero, $0 - waited) }
        }
        return try await base.send(head, body: body, options: options)
    }

    public func shutdown() async { await base.shutdown() }

    /// - Returns: How long it had to wait.
    private func wait(_ method: HTTPRequest.Method, _ timeout: Duration?) async throws(TransportError) -> Duration {
        let now = time.now()
        guard let wait = bucket.withLock({ $0.reserve(now: now, limit: timeout) }) else {
            throw TransportError(
                .timedOut,
                "the limit of requests (--kube-api-qps) would delay this one past its timeout of \(timeout ?? .zero); raise the limit"
            )
        }
        registry.histogram(
            "rest_client_rate_limiter_duration_seconds",
            help: "Client side rate limiter latency in seconds. Broken down by verb, and host.",
            labels: ["verb": method.rawValue, "host": host],
            buckets: MetricBuckets.requestLatency
        ).observe(wait)
        guard wait > .zero else { return .zero }
        do { try await time.sleep(for: wait) } catch {
            bucket.withLock { $0.giveBack() }
            throw TransportError(.canceled, "canceled while waiting for the limit of requests")
        }
        return now.duration(to: time.now())
    }
}
