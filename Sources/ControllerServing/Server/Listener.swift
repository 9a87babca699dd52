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
    private let connections = OpenConnections()

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
        try await DrainingServer(
            server: server,
            above: [control],
            connections: connections,
            patience: drain.delay + drain.budget,
            sleep: { [time] in try await time.sleep(for: $0) },
            logger: quietLogger
        ).run { control.stopAsked.open(.canceled) }
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
        guard let tls else {
            return HTTPServerBuilder { [connections] responder in
                TrackedChannel(base: HTTP1Channel(responder: responder, configuration: http1), connections: connections)
            }
        }
        let configuration = try tls.configuration()
        guard tls.enablesHTTP2 else {
            return HTTPServerBuilder { [configuration, connections] responder in
                TrackedChannel(
                    base: try TLSChannel(
                        HTTP1Channel(responder: responder, configuration: http1),
                        configuration: HummingbirdTLS.TLSChannelConfiguration(
                            tlsConfiguration: configuration,
                            customVerificationCallback: tls.verification
                        )
                    ),
                    connections: connections
                )
            }
        }
        let http2 = HTTP2ChannelConfiguration(
            idleTimeout: .nanoseconds(limits.idle.nanoseconds),
            gracefulCloseTimeout: .seconds(5),
            streamConfiguration: http1
        )
        return HTTPServerBuilder { [configuration, connections, limits] responder in
            TrackedChannel(
                base: HandshakeDeadlineChannel(
                    base: try HTTP2UpgradeChannel(
                        tlsChannelConfiguration: HummingbirdHTTP2.TLSChannelConfiguration(
                            tlsConfiguration: configuration,
                            customVerificationCallback: tls.verification
                        ),
                        configuration: http2,
                        responder: responder
                    ),
                    timeout: limits.handshake
                ),
                connections: connections
            )
        }
    }
}
