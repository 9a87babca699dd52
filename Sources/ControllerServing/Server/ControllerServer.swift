// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import ControllerRuntime
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
public import ServiceLifecycle

/// Serves metrics, probes and what `/debug` shows of a controller, over HTTP or HTTPS.
///
/// A `Service`: `run()` listens until the service group is asked to stop, and then drains as ``DrainOptions`` say.
public struct ControllerServer: Service {
    /// Where it listens.
    public let address: BindAddress
    let contents: [ServedContent]
    private let responder: ContentResponder
    private let tls: ServingTLS?
    private let drain: DrainOptions
    private let health: HealthRegistry
    private let time: TimeSource
    private let logger: Logger
    private let onListening: @Sendable (Int) async -> Void

    /// A server of some contents.
    ///
    /// - Parameters:
    ///   - address: Where to listen.
    ///   - contents: What to show.
    ///   - tls: How to speak TLS; nil for HTTP in the clear. It listens when there is a certificate.
    ///   - access: Who may read metrics and `/debug`; nil for everybody who reaches the address, `/debug` apart.
    ///   - drain: How it stops.
    ///   - environment: Time, the log, and the health that says when the process stops.
    ///   - onListening: Called once with the port when requests are accepted.
    public init(
        address: BindAddress,
        contents: [ServedContent],
        tls: ServingTLS? = nil,
        access: (any AccessReview)? = nil,
        drain: DrainOptions = DrainOptions(budget: .seconds(5)),
        environment: RuntimeEnvironment,
        onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) {
        self.address = address
        self.contents = contents
        responder = ContentResponder(contents: contents, access: access)
        self.tls = tls
        self.drain = drain
        health = environment.health
        time = environment.time
        logger = environment.logger
        self.onListening = onListening
    }

    /// The servers for the flags of a controller: one for each address, or one for all contents when the addresses are the same and
    /// metrics are not secured (the kubelet's probes show no token and may not speak TLS).
    ///
    /// - Parameters:
    ///   - metrics: Where to serve metrics, in the notation of ``BindAddress``.
    ///   - health: Where to serve probes.
    ///   - secured: How to secure metrics; nil for plain HTTP for everybody.
    ///   - showsDebug: Whether `/debug` is served beside the metrics.
    ///   - environment: Has the registries and the log.
    /// - Throws: ``ServingError`` with the code `badAddress`, or `configuration` when metrics are secured at the probes' address.
    public static func servers(
        metrics: String,
        health: String,
        secured: (tls: ServingTLS, access: any AccessReview)? = nil,
        showsDebug: Bool = false,
        environment: RuntimeEnvironment
    ) throws(ServingError) -> [ControllerServer] {
        let metricsAddress = try BindAddress.parse(metrics)
        let healthAddress = try BindAddress.parse(health)
        let isShared = metricsAddress != nil && metricsAddress == healthAddress && metricsAddress?.port != 0
        if isShared && secured != nil {
            throw ServingError(
                .configuration,
                "metrics are secured at \(metrics), where probes are served too; give them another address"
            )
        }
        var servers: [ControllerServer] = []
        if let metricsAddress {
            var contents: [ServedContent] = [.metrics(environment.metrics)]
            if showsDebug { contents.append(.debug(environment.debug)) }
            if isShared { contents.append(.health(environment.health)) }
            servers.append(
                ControllerServer(
                    address: metricsAddress,
                    contents: contents,
                    tls: secured?.tls,
                    access: secured?.access,
                    environment: environment
                )
            )
        }
        if let healthAddress, !isShared {
            servers.append(
                ControllerServer(address: healthAddress, contents: [.health(environment.health)], environment: environment)
            )
        }
        return servers
    }

    /// Listens and serves until the surrounding service group shuts down or the task is canceled; then drains.
    ///
    /// - Throws: ``ServingError`` when the address cannot be listened on.
    public func run() async throws {
        if let tls {
            do {
                try await cancelWhenGracefulShutdown { try await tls.certificate.waitUntilPresent() }
            } catch is CancellationError {
                return
            }
        }
        let process = contents.compactMap { if case .metrics(let registry) = $0 { registry.addProcessMetrics() } else { nil } }
        try await listener().run()
        withExtendedLifetime(process) {}
    }

    private func listener() -> Listener {
        Listener(
            address: address,
            tls: tls,
            drain: drain,
            limits: Listener.Limits(),
            health: health,
            time: time,
            logger: logger,
            onListening: onListening,
            respond: { [responder, health] request, writer, channel in
                let answer = await responder.answer(request.head, from: channel.isFromLoopback ? .loopback : .remote)
                var head = HTTPResponse(status: answer.status)
                head.headerFields[.contentType] = answer.contentType
                head.headerFields[.contentLength] = String(answer.text.utf8.count)
                head.headerFields[.cacheControl] = "no-cache, private"
                head.headerFields[.xContentTypeOptions] = "nosniff"
                if answer.status == .unauthorized { head.headerFields[.wwwAuthenticate] = "Bearer" }
                if health.isShuttingDown && !channel.isHTTP2Stream { head.headerFields[.connection] = "close" }
                guard request.method != .head else { return try await writer.writeResponse(head) }
                try await writer.write(response: head, body: ResponseBody(byteBuffer: ByteBuffer(string: answer.text)))
            }
        )
    }
}
