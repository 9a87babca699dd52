// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import ControllerRuntime
import HTTPTypes
import HummingbirdCore
public import Logging
import NIOCore
import NIOPosix
public import ServiceLifecycle

/// Serves metrics and probes of a controller over HTTP.
///
/// A `Service`: `run()` listens until the service group is asked to stop.
public struct ControllerServer: Service {
    /// Where it listens.
    public let address: BindAddress
    private let responder: ContentResponder
    private let logger: Logger
    private let onListening: @Sendable (Int) async -> Void

    /// A server of some contents.
    ///
    /// - Parameters:
    ///   - address: Where to listen.
    ///   - contents: What to show.
    ///   - logger: Hears of failures of connections, at the level debug.
    ///   - onListening: Called once with the port when requests are accepted.
    public init(
        address: BindAddress,
        contents: [ServedContent],
        logger: Logger,
        onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) {
        self.address = address
        responder = ContentResponder(contents: contents)
        self.logger = logger
        self.onListening = onListening
    }

    /// The servers for the two flags of a controller: one for each address, or one for both contents when the addresses are the same.
    ///
    /// - Parameters:
    ///   - metrics: Where to serve metrics, in the notation of ``BindAddress``.
    ///   - health: Where to serve probes.
    ///   - environment: Has the registries and the log.
    /// - Throws: ``ServingError`` with the code `badAddress`.
    public static func servers(
        metrics: String,
        health: String,
        environment: RuntimeEnvironment
    ) throws(ServingError) -> [ControllerServer] {
        let metricsAddress = try BindAddress.parse(metrics)
        let healthAddress = try BindAddress.parse(health)
        var wanted: [(address: BindAddress, contents: [ServedContent])] = []
        if let metricsAddress { wanted.append((metricsAddress, [.metrics(environment.metrics)])) }
        if let healthAddress {
            if healthAddress == metricsAddress, healthAddress.port != 0 {
                wanted[0].contents.append(.health(environment.health))
            } else {
                wanted.append((healthAddress, [.health(environment.health)]))
            }
        }
        return wanted.map { ControllerServer(address: $0.address, contents: $0.contents, logger: environment.logger) }
    }

    /// Listens and serves until the surrounding service group shuts down or the task is cancelled.
    ///
    /// - Throws: ``ServingError`` when the address cannot be listened on.
    public func run() async throws {
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
            try await makeServer(host: host).run()
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

    private func makeServer(host: String) throws -> any Service {
        var logger = logger
        // Hummingbird says where it listens at the level info; whoever starts the server says it better.
        if logger.logLevel == .info { logger.logLevel = .notice }
        return try HTTPServerBuilder.http1(configuration: HTTP1Channel.Configuration(idleTimeout: .seconds(60))).buildServer(
            configuration: ServerConfiguration(
                address: .hostname(host, port: address.port),
                availableConnectionsDelegate: MaximumAvailableConnections(Self.maximumConnections)
            ),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: logger,
            responder: { [responder] request, writer, _ in
                let answer = responder.answer(request.head)
                var head = HTTPResponse(status: answer.status)
                head.headerFields[.contentType] = answer.contentType
                head.headerFields[.contentLength] = String(answer.text.utf8.count)
                head.headerFields[.cacheControl] = "no-cache, private"
                head.headerFields[.xContentTypeOptions] = "nosniff"
                guard request.method != .head else { return try await writer.writeResponse(head) }
                try await writer.write(response: head, body: ResponseBody(byteBuffer: ByteBuffer(string: answer.text)))
            },
            onServerRunning: { [onListening] channel in await onListening(channel.localAddress?.port ?? 0) }
        )
    }

    /// How many connections may be open at once; further ones wait.
    private static let maximumConnections = 256
}
