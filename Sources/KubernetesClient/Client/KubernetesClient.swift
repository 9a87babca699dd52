// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import Logging

/// A typed client of one Kubernetes API server.
///
/// It holds no state but its transport, so copies are free and calls may run at the same time. Each call is one request, repeated only
/// when the server asks for it (``RetryPolicy``). Nothing is cached.
public struct KubernetesClient: Sendable {
    /// What carries the requests. Whoever made it shuts it down.
    public private(set) var transport: any HTTPTransport

    /// The namespace of namespaced objects for which none is given.
    public private(set) var defaultNamespace: String

    /// What is added to every write; a request's own options come first.
    public private(set) var writeDefaults = WriteDefaults()

    /// What the client calls itself. The server's default field manager is its first word, up to a slash.
    public private(set) var userAgent: String

    /// When a request is repeated.
    public private(set) var retryPolicy: RetryPolicy

    private(set) var logger: Logger
    let warnings = WarningFilter()
    let sleep: @Sendable (Duration) async throws -> Void

    /// A client over this transport.
    ///
    /// - Parameters:
    ///   - transport: Knows the server's address and holds the credentials.
    ///   - defaultNamespace: For namespaced objects without a namespace.
    ///   - userAgent: See ``userAgent``.
    ///   - logger: Gets the server's warnings and what is repeated.
    public init(
        transport: any HTTPTransport,
        defaultNamespace: String = "default",
        userAgent: String = KubernetesClient.defaultUserAgent,
        logger: Logger
    ) {
        self.init(
            transport: transport,
            defaultNamespace: defaultNamespace,
            userAgent: userAgent,
            retryPolicy: .default,
            logger: logger,
            sleep: SystemClock.sleep
        )
    }

    /// A client whose waits for the next try are under the caller's control.
    package init(
        transport: any HTTPTransport,
        defaultNamespace: String = "default",
        userAgent: String = KubernetesClient.defaultUserAgent,
        retryPolicy: RetryPolicy,
        logger: Logger,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.transport = transport
        self.defaultNamespace = defaultNamespace
        self.userAgent = userAgent
        self.retryPolicy = retryPolicy
        self.logger = logger
        self.sleep = sleep
    }

    /// What a client calls itself when nothing is said.
    public static let defaultUserAgent = "agenttask-operator/swift"

    /// The same client over another transport.
    package func with(transport: any HTTPTransport, logger: Logger) -> KubernetesClient {
        var client = self
        client.transport = transport
        client.logger = logger
        return client
    }

    /// The same client under another name.
    public func with(userAgent: String) -> KubernetesClient {
        var client = self
        client.userAgent = userAgent
        return client
    }

    /// The same client with another policy of repeating; writes that must not start later than now use ``RetryPolicy/never``.
    public func with(retryPolicy: RetryPolicy) -> KubernetesClient {
        var client = self
        client.retryPolicy = retryPolicy
        return client
    }

    /// The same client for another namespace.
    public func with(defaultNamespace: String) -> KubernetesClient {
        var client = self
        client.defaultNamespace = defaultNamespace
        return client
    }

    /// The same client that adds this to every write: who writes, whether it is only tried, what the server does about unknown fields.
    ///
    /// Raw requests go out as they are.
    public func with(writeDefaults: WriteDefaults) -> KubernetesClient {
        var client = self
        client.writeDefaults = writeDefaults
        return client
    }
}
