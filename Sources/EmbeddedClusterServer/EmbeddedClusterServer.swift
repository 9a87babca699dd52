// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import EmbeddedCluster
import Glibc
import HTTPSServing
import HTTPTypes
import HummingbirdCore
import HummingbirdHTTP2
package import Logging
import NIOCore
import NIOPosix
import NIOSSL
public import ServiceLifecycle

/// Serves an embedded cluster over HTTPS on 127.0.0.1, with HTTP/2 and HTTP/1.1.
///
/// A `Service`: `run()` listens until the service group is asked to stop. Watches and logs that are being followed end then; requests that
/// have been received are answered.
public struct EmbeddedClusterServer: Service {
    private let responder: ExchangeResponder
    private let streams = OpenStreams()
    private let connections = OpenConnections()
    private let certificate: ServingCertificate
    private let options: ServerOptions
    private let logger: Logger
    private let onListening: @Sendable (Int) async -> Void

    /// A server whose requests are answered by `handler` where `check` does not refuse them; the other parameters are those of the public
    /// initializer.
    package init(
        handler: @escaping ClusterRequestHandler,
        check: @escaping AccessCheck,
        authenticator: Authenticator,
        certificate: ServingCertificate,
        options: ServerOptions,
        logger: Logger,
        onListening: @escaping @Sendable (_ port: Int) async -> Void
    ) {
        responder = ExchangeResponder(
            handler: handler,
            authenticator: authenticator,
            check: check,
            maximumRequestBytes: options.maximumRequestBytes,
            streams: streams
        )
        self.certificate = certificate
        self.options = options
        self.logger = logger
        self.onListening = onListening
    }

    /// Listens and serves until the surrounding service group shuts down or the task is cancelled; both are an orderly stop.
    ///
    /// - Throws: ``ServerError`` when the port cannot be listened on or the certificate cannot be used.
    public func run() async throws {
        let server = try makeServer()
        do {
            // The streams stand above the server and are stopped before it.
            try await DrainingServer(
                server: server,
                above: [streams],
                connections: connections,
                patience: options.drainTimeout,
                sleep: { try await Task.sleep(for: $0) },
                logger: quietLogger
            ).run()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw ServerError(
                .portInUse,
                "port \(options.port) on 127.0.0.1 is in use by another program; stop it or choose another port",
                underlying: error
            )
        } catch let error as IOError {
            let reason = String(cString: strerror(error.errnoCode))
            throw ServerError(.listen, "cannot listen on 127.0.0.1:\(options.port): \(reason)", underlying: error)
        }
    }

    /// Libraries say at the level info what whoever starts the server says better.
    private var quietLogger: Logger {
        var logger = logger
        if logger.logLevel == .info { logger.logLevel = .notice }
        return logger
    }

    private func makeServer() throws -> any Service {
        let configuration = try tlsConfiguration()
        var channel = HTTP2ChannelConfiguration(
            idleTimeout: options.idleTimeout,
            gracefulCloseTimeout: .seconds(5),
            streamConfiguration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [
                    ExchangeDeadlineHandler(
                        requestTimeout: TimeAmount(options.requestTimeout),
                        stalledReaderTimeout: TimeAmount(options.stalledReaderTimeout)
                    )
                ],
                idleTimeout: TimeAmount(options.idleTimeout)
            )
        )
        channel.streamConfiguration.httpDecoder.maxHeaderListSize = 64 << 10
        let builder = HTTPServerBuilder { [channel, options, connections] responder in
            TrackedChannel(
                base: HandshakeDeadlineChannel(
                    base: try HTTP2UpgradeChannel(tlsConfiguration: configuration, configuration: channel, responder: responder),
                    timeout: TimeAmount(options.handshakeTimeout)
                ),
                connections: connections
            )
        }
        return try builder.buildServer(
            configuration: ServerConfiguration(
                address: .hostname("127.0.0.1", port: options.port),
                availableConnectionsDelegate: MaximumAvailableConnections(options.maximumConnections)
            ),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: quietLogger,
            responder: { [responder] request, writer, channel in try await responder.respond(request, writer, channel) },
            onServerRunning: { [onListening] channel in await onListening(channel.localAddress?.port ?? 0) }
        )
    }

    private func tlsConfiguration() throws(ServerError) -> TLSConfiguration {
        do {
            let chain = try NIOSSLCertificate.fromPEMBytes(Array(certificate.certificate.utf8))
            let key = try NIOSSLPrivateKey(bytes: Array(certificate.key.utf8), format: .pem)
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) },
                privateKey: .privateKey(key)
            )
            configuration.minimumTLSVersion = .tlsv12
            return configuration
        } catch {
            throw ServerError(.certificates, "the server's certificate cannot be used: \(error)", underlying: error)
        }
    }
}
