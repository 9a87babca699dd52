// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import EmbeddedCluster
public import Logging

extension EmbeddedClusterServer {
    /// A server for a cluster.
    ///
    /// - Parameters:
    ///   - cluster: Answers the requests. Whoever made it runs it and shuts it down.
    ///   - certificate: What the server shows.
    ///   - tokens: Bearer tokens and whom they stand for.
    ///   - options: The port and the bounds.
    ///   - logger: Hears of failures of connections, at the level debug.
    ///   - onListening: Called once with the port when requests are accepted.
    public init(
        cluster: EmbeddedCluster,
        certificate: ServingCertificate,
        tokens: [(token: String, user: UserInfo)],
        options: ServerOptions = ServerOptions(),
        logger: Logger,
        onListening: @escaping @Sendable (_ port: Int) async -> Void
    ) {
        self.init(
            handler: { head, body, user in await cluster.handle(head, body: body, user: user) },
            certificate: certificate,
            tokens: tokens,
            options: options,
            logger: logger,
            onListening: onListening
        )
    }
}
