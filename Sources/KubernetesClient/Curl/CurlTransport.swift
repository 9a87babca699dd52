// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import HTTPTypes

/// The transport over the network, by libcurl: HTTP/2 where the server has it, HTTP/1.1 else.
///
/// Ordinary requests and watches share one thread and its connections; the lane `lease` has another thread with connections of its own,
/// and each exchange of the lane `stream` has one for itself. Threads start with the first request that needs them. Redirects are not
/// followed, and requests to this machine never go through a proxy.
///
/// Bytes that come in wait in a bounded buffer per exchange (``RequestOptions/maximumBodyBytes``); libcurl is never paused, so one slow
/// reader holds nobody else up.
public final class CurlTransport: HTTPTransport {
    /// The most exchanges of the lane `stream` at one time.
    public static let maximumStreams = 128

    private struct Loops {
        var isShutDown = false
        var shared: CurlLoop?
        var lease: CurlLoop?
        /// Streams that run, by their loops.
        var streams: [ObjectIdentifier: (loop: CurlLoop, exchange: CurlExchange)] = [:]
        /// Loops of streams whose threads have nothing left to do; joined when the next stream starts, or at shutdown.
        var finished: [CurlLoop] = []
    }

    private let configuration: ClientConfiguration
    private let builder: CurlRequestBuilder
    private let credentials: CredentialSource
    private let loops: Locked<Loops>

    /// A transport to the server of `configuration`. Nothing is sent, and no thread started, before the first request.
    public init(configuration: ClientConfiguration) {
        self.configuration = configuration
        builder = CurlRequestBuilder(configuration: configuration)
        credentials = CredentialSource(configuration: configuration)
        loops = Locked(Loops())
    }

    deinit {
        // Exchanges keep the transport alive, so there is nothing to end but idle threads.
        let all = loops.withLock { loops in
            loops.isShutDown = true
            return [loops.shared, loops.lease].compactMap { $0 } + loops.streams.values.map(\.loop)
        }
        for loop in all { loop.stop() }
    }

    public func send(
        _ head: HTTPRequest,
        body: [UInt8],
        options: RequestOptions
    ) async throws(TransportError) -> HTTPExchange {
        let (exchange, answer) = try await answer(to: head, body: body, options: options)
        let body = HTTPBody(
            next: { () throws(TransportError) -> [UInt8]? in try await exchange.nextChunk() },
            // The transport lives as long as somebody may read.
            cancel: { [self] in withExtendedLifetime(self) { exchange.cancel() } }
        )
        return HTTPExchange(head: answer, body: body)
    }

    public func shutdown() async {
        let all = loops.withLock { loops in
            defer { loops = Loops(isShutDown: true) }
            return loops
        }
        let closed = TransportError(.closed, "the connection to \(configuration.server) was shut down on this side")
        for stream in all.streams.values {
            stream.exchange.abandon(closed)
            stream.loop.stop()
        }
        all.shared?.stop()
        all.lease?.stop()
        await credentials.shutdown()
        await all.shared?.ended()
        await all.lease?.ended()
        for stream in all.streams.values { await stream.loop.ended() }
        for loop in all.finished { await loop.ended() }
    }

    /// Sends the request, and once more when there are newer credentials than those that the server refused, or newer certificates than
    /// those with which there was no connection. Both tries share one time limit.
    private func answer(
        to head: HTTPRequest,
        body: [UInt8],
        options: RequestOptions
    ) async throws(TransportError) -> (CurlExchange, HTTPResponse) {
        let now = ContinuousClock.now
        let deadline = options.timeout.map { now + $0 }
        let shown = try await credentials.current(now: now, until: deadline)
        func exchange(_ credentials: RequestCredentials) throws(TransportError) -> CurlExchange {
            let request = try builder.request(head, body: body, options: options, credentials: credentials, deadline: deadline)
            if Task.isCancelled { throw TransportError(.canceled, "the request to \(request.server) was cancelled") }
            return try start(request)
        }
        let first = try exchange(shown)
        let others: RequestCredentials
        do throws(TransportError) {
            let answer = try await first.head()
            guard
                answer.status == .unauthorized,
                let renewed = try await credentials.renewed(after: shown, now: .now, until: deadline)
            else { return (first, answer) }
            first.cancel()
            others = renewed
        } catch {
            first.cancel()
            // A server that refuses a certificate may be gone before its reason is read. Then only a read is sent again: it harms nobody.
            let isRefusal = error.code == .tls || error.code == .closed && (head.method == .get || head.method == .head)
            guard isRefusal, let reloaded = credentials.reloaded(after: shown, now: .now) else { throw error }
            others = reloaded
        }
        let second = try exchange(others)
        return (second, try await second.head())
    }

    private func start(_ request: CurlRequest) throws(TransportError) -> CurlExchange {
        if request.options.lane == .stream { return try startStream(request) }
        let isLease = request.options.lane == .lease
        let loop = try loops.withLock { (loops) throws(TransportError) -> CurlLoop in
            if loops.isShutDown { throw shutDownError }
            if let loop = isLease ? loops.lease : loops.shared { return loop }
            let loop = try CurlLoop(configuration: configuration, kind: .shared, onExit: { _ in })
            if isLease { loops.lease = loop } else { loops.shared = loop }
            return loop
        }
        let exchange = CurlExchange(request: request, loop: loop)
        guard exchange.begin() else { throw shutDownError }
        return exchange
    }

    private func startStream(_ request: CurlRequest) throws(TransportError) -> CurlExchange {
        let (exchange, finished) = try loops.withLock { (loops) throws(TransportError) -> (CurlExchange, [CurlLoop]) in
            if loops.isShutDown { throw shutDownError }
            guard loops.streams.count < Self.maximumStreams else {
                throw TransportError(
                    .other,
                    "\(Self.maximumStreams) streams from \(configuration.server) are open; close some first"
                )
            }
            let loop = try CurlLoop(configuration: configuration, kind: .stream) { [weak self] in self?.streamEnded($0) }
            let exchange = CurlExchange(request: request, loop: loop)
            loops.streams[ObjectIdentifier(loop)] = (loop, exchange)
            defer { loops.finished = [] }
            return (exchange, loops.finished)
        }
        for loop in finished { loop.join() }
        // Only a shutdown in this very moment makes it refuse, and that has ended the exchange.
        _ = exchange.begin()
        return exchange
    }

    /// Called on the stream's thread as the last thing.
    private func streamEnded(_ loop: CurlLoop) {
        loops.withLock { loops in
            if loops.streams.removeValue(forKey: ObjectIdentifier(loop)) != nil { loops.finished.append(loop) }
        }
    }

    private var shutDownError: TransportError {
        TransportError(.closed, "the transport to \(configuration.server) has been shut down; no more requests are taken")
    }
}
