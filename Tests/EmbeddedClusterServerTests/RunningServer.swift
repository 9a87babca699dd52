// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import EmbeddedCluster
import HTTPTypes
import KubernetesClient
import Logging
import ServiceLifecycle

@testable import EmbeddedClusterServer

/// A server with its own certificates on a free port, for as long as a test's body runs, and clients for it.
struct RunningServer: Sendable {
    static let token = "0123456789abcdef0123456789abcdef"

    let port: Int
    let certificate: ServingCertificate
    let stop: @Sendable () async -> Void

    /// Runs a server around `body`. When the body has returned the server is stopped, and must stop.
    @discardableResult
    static func run<Result: Sendable>(
        options: ServerOptions = ServerOptions(),
        handler: @escaping ClusterRequestHandler,
        _ body: @escaping @Sendable (RunningServer) async throws -> Result
    ) async throws -> Result {
        try await run { certificate, logger, onListening in
            try EmbeddedClusterServer(
                handler: handler,
                certificate: certificate,
                tokens: [
                    (token, .admin), ("alice-alice-alice", UserInfo(name: "alice", uid: "", groups: ["system:authenticated"])),
                ],
                options: options,
                logger: logger,
                onListening: onListening
            )
        } body: {
            try await body($0)
        }
    }

    /// Runs a server for a cluster around `body`.
    static func run(
        cluster: EmbeddedCluster,
        _ body: @escaping @Sendable (RunningServer) async throws -> Void
    ) async throws {
        try await run { certificate, logger, onListening in
            EmbeddedClusterServer(
                cluster: cluster,
                certificate: certificate,
                tokens: [(token, .admin)],
                logger: logger,
                onListening: onListening
            )
        } body: {
            try await body($0)
        }
    }

    private static func run<Result: Sendable>(
        _ makeServer: (ServingCertificate, Logger, @escaping @Sendable (Int) async -> Void) throws -> EmbeddedClusterServer,
        body: @escaping @Sendable (RunningServer) async throws -> Result
    ) async throws -> Result {
        let temporary = try TemporaryDirectory()
        let certificate = try ServingCertificate(directory: temporary.privateDirectory())
        let (ports, started) = AsyncStream<Int>.makeStream()
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let server = try makeServer(certificate, logger) { started.yield($0) }
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [server], logger: logger))
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                defer { started.finish() }
                try await group.run()
            }
            var iterator = ports.makeAsyncIterator()
            guard let port = await iterator.next() else {
                try await tasks.next()
                throw ServerError(.listen, "the server ended before it listened")
            }
            let running = RunningServer(port: port, certificate: certificate, stop: { await group.triggerGracefulShutdown() })
            let result = try await body(running)
            await group.triggerGracefulShutdown()
            try await tasks.next()
            return result
        }
    }

    /// A client with a connection pool of its own.
    func transport(token: String? = RunningServer.token) throws -> CurlTransport {
        var configuration = ClientConfiguration(
            server: try ServerURL("https://127.0.0.1:\(port)"),
            tls: TLSConfiguration(certificateAuthority: Array(certificate.authority.utf8))
        )
        configuration.token = token.map { .value($0) }
        return CurlTransport(configuration: configuration)
    }

    /// One request with a client of its own.
    func request(
        _ path: String,
        method: HTTPRequest.Method = .get,
        fields: HTTPFields = [:],
        body: [UInt8] = [],
        token: String? = RunningServer.token
    ) async throws -> (head: HTTPResponse, text: String) {
        let transport = try transport(token: token)
        let exchange = try await transport.send(
            HTTPRequest(path, method: method, fields: fields),
            body: body,
            options: RequestOptions()
        )
        let bytes = try await exchange.body.collect(upTo: 64 << 20)
        await transport.shutdown()
        return (exchange.head, String(decoding: bytes, as: UTF8.self))
    }
}

extension EmbeddedClusterServer {
    /// A server whose requests a test answers, with the roles that every cluster has.
    init(
        handler: @escaping ClusterRequestHandler,
        certificate: ServingCertificate,
        tokens: [(token: String, user: UserInfo)],
        options: ServerOptions,
        logger: Logger,
        onListening: @escaping @Sendable (_ port: Int) async -> Void
    ) throws {
        let cluster = try EmbeddedCluster()
        self.init(
            handler: handler,
            check: { attributes, user throws(StatusError) in try cluster.authorize(attributes, user) },
            authenticator: Authenticator(tokens: tokens),
            certificate: certificate,
            options: options,
            logger: logger,
            onListening: onListening
        )
    }
}
