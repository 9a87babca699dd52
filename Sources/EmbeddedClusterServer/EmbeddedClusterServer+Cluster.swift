// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import EmbeddedCluster
public import Logging

extension EmbeddedClusterServer {
    /// A server for a cluster.
    ///
    /// - Parameters:
    ///   - cluster: Answers the requests. Whoever made it runs it and shuts it down.
    ///   - certificate: What the server shows.
    ///   - tokens: Bearer tokens and whom they stand for, beside those of the cluster's service accounts.
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
        let authenticator = Authenticator(tokens: tokens) { cluster.serviceAccount(of: $0) }
        cluster.setTokenReader { authenticator.known($0) }
        self.init(
            handler: { head, body, user in await cluster.handle(head, body: body, user: user) },
            check: { attributes, user throws(StatusError) in try cluster.authorize(attributes, user) },
            authenticator: authenticator,
            certificate: certificate,
            options: options,
            logger: logger,
            onListening: onListening
        )
    }
}
