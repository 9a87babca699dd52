// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// How to reach an API server: what a kubeconfig says after all of it has been looked up.
public struct ClientConfiguration: Sendable {
    /// The server's address.
    public var server: ServerURL
    /// Whom to trust, and the client's certificate.
    public var tls: TLSConfiguration
    /// The token to send, if any.
    public var token: BearerToken?
    /// A program that gives token or client certificate where ``token`` and ``tls`` have none.
    public var execPlugin: ExecCredentialPlugin?
    /// Whether ``execPlugin`` may be run.
    public var execPluginPolicy = ExecPluginPolicy.all
    /// Whom to act as; nil for the one whom the credentials say.
    public var impersonation: Impersonation?
    /// The proxy for all requests; nil for what HTTPS_PROXY, HTTP_PROXY and NO_PROXY say. Requests to this machine never use one.
    public var proxy: String?
    /// The namespace of objects for which none is given.
    public var defaultNamespace: String
    /// How long a connection may take to be made, TLS included.
    public var connectTimeout: Duration = .seconds(10)
    /// Whether the server may compress answers: less traffic for more work on both sides.
    public var acceptsCompression = false
    /// The most connections at one time. Over HTTP/2 one carries many requests.
    public var maximumConnections = 256
    /// The most requests that run at one time, watches and streams apart; others wait for their turn.
    public var maximumConcurrentRequests = 128

    /// A configuration for this server.
    public init(
        server: ServerURL,
        tls: TLSConfiguration = TLSConfiguration(),
        token: BearerToken? = nil,
        impersonation: Impersonation? = nil,
        proxy: String? = nil,
        defaultNamespace: String = "default"
    ) {
        self.server = server
        self.tls = tls
        self.token = token
        self.impersonation = impersonation
        self.proxy = proxy
        self.defaultNamespace = defaultNamespace
    }
}

extension ClientConfiguration {
    /// The proxy that ``proxy`` names, for messages; nil when it is not used.
    var proxyWithoutSecrets: String? {
        guard let proxy, !server.isLoopback else { return nil }
        guard let end = proxy.lastIndex(of: "@") else { return proxy }
        let scheme = proxy.firstRange(of: "://").map { proxy[..<$0.upperBound] } ?? ""
        return String(scheme + proxy[proxy.index(after: end)...])
    }
}

extension ClientConfiguration: CustomStringConvertible, CustomReflectable {
    /// The server; keys and tokens do not show themselves, in dumps neither.
    public var description: String { "\(server)" }

    public var customMirror: Mirror {
        Mirror(self, children: ["server": server.description, "defaultNamespace": defaultNamespace])
    }
}
