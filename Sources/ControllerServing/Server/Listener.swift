// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import HTTPSServing
import HummingbirdCore
import HummingbirdHTTP2
import HummingbirdTLS
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle

/// One address that is listened on, with or without TLS, until it is asked to stop; then it drains.
struct Listener: Sendable {
    let address: BindAddress
    let tls: ServingTLS?
    let drain: DrainOptions
    let limits: Limits
    let health: HealthRegistry
    let time: TimeSource
    let logger: Logger
    let onListening: @Sendable (Int) async -> Void
    let respond: HTTPChannelHandler.Responder

    /// What clients may use up.
    struct Limits: Sendable {
        /// Connections that are open at once; further ones wait.
        var connections = 256
        /// Between accepting a connection and the end of its TLS handshake.
        var handshake: TimeAmount = .seconds(10)
        /// From a request's head to its end.
        var request: TimeAmount = .seconds(30)
        /// For a client that does not read the answer.
        var stalledReader: TimeAmount = .seconds(30)
        /// For a connection without a request.
        var idle: TimeAmount = .seconds(90)
    }

    /// Listens and serves until the surrounding service group shuts down or the task is canceled.
    func run() async throws {
        guard let host = address.host else {
            do { return try await run(host: "::") } catch  where error.code != .portInUse {
                // No IPv6 on this machine.
                return try await run(host: "0.0.0.0")
            }
        }
        try await run(host: host)
    }

    private func run(host: String) async throws(ServingError) {
        do {
            try await serve(makeServer(host: host))
        } catch let error as ServingError {
            throw error
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw ServingError(
                .portInUse,
                "\(address) is in use by another program; stop it or choose another address (0 serves nothing)",
                underlying: error
            )
        } catch {
            throw ServingError(.listen, "cannot listen on \(address): \(error)", underlying: error)
        }
    }

    private func serve(_ server: any Service) async throws {
        let control = DrainControl(health: health, time: time, delay: drain.delay)
        var configuration = ServiceGroupConfiguration(
            services: [
                .init(service: server),
                .init(service: control, successTerminationBehavior: .gracefullyShutdownGroup),
            ],
            logger: quietLogger
        )
        configuration.maximumGracefulShutdownDuration = drain.delay + drain.budget
        let group = ServiceGroup(configuration: configuration)
        // Not a child task: a child is canceled with its parent, and requests that have been received would be dropped. It ends within the
        // drain budget after the handler below has run.
        let serving = Task { try await group.run() }
        try await withTaskCancellationHandler {
            try await serving.value
        } onCancel: {
            control.stopAsked.open(.canceled)
        }
    }

    /// Libraries say at the level info what whoever starts the server says better.
    private var quietLogger: Logger {
        var logger = logger
        if logger.logLevel == .info { logger.logLevel = .notice }
        return logger
    }

    private func makeServer(host: String) throws -> any Service {
        try builder().buildServer(
            configuration: ServerConfiguration(
                address: .hostname(host, port: address.port),
                availableConnectionsDelegate: MaximumAvailableConnections(limits.connections)
            ),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: quietLogger,
            responder: respond,
            onServerRunning: { [onListening] channel in await onListening(channel.localAddress?.port ?? 0) }
        )
    }

    private func builder() throws -> HTTPServerBuilder {
        let http1 = HTTP1Channel.Configuration(
            additionalChannelHandlers: [
                ExchangeDeadlineHandler(requestTimeout: limits.request, stalledReaderTimeout: limits.stalledReader)
            ],
            idleTimeout: limits.idle
        )
        guard let tls else { return .http1(configuration: http1) }
        var configuration = try tls.configuration()
        guard tls.enablesHTTP2 else {
            configuration.applicationProtocols = ["http/1.1"]
            return HTTPServerBuilder { [configuration] responder in
                try TLSChannel(HTTP1Channel(responder: responder, configuration: http1), tlsConfiguration: configuration)
            }
        }
        let http2 = HTTP2ChannelConfiguration(
            idleTimeout: .nanoseconds(limits.idle.nanoseconds),
            gracefulCloseTimeout: .seconds(5),
            streamConfiguration: http1
        )
        return HTTPServerBuilder { [configuration, limits] responder in
            HandshakeDeadlineChannel(
                base: try HTTP2UpgradeChannel(tlsConfiguration: configuration, configuration: http2, responder: responder),
                timeout: limits.handshake
            )
        }
    }
}
