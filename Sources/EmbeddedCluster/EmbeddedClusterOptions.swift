// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import Logging

/// What an ``EmbeddedCluster`` is made with. Everything has a default.
public struct EmbeddedClusterOptions: Sendable {
    /// Where time comes from.
    public var clock: ClusterClock
    /// Random bytes for UIDs and generated names.
    public var randomBytes: @Sendable (_ count: Int) -> [UInt8]
    /// How much history is kept for watches.
    public var history: HistoryLimit
    /// The bounds of watches.
    public var watches: WatchLimits
    /// The PEM certificate that every namespace finds in its ConfigMap `kube-root-ca.crt`.
    public var rootCertificate: String
    /// Hears of every write that a client asks for; nil for nobody.
    public var audit: (any AuditSink)?
    /// How webhooks are reached; without one, requests for which a webhook is registered are answered as if it could not be reached.
    public var webhookCaller: (any WebhookCaller)?
    /// The bounds of webhooks.
    public var webhooks: WebhookLimits
    /// Signs the tokens of service accounts; nil for a cluster that makes none.
    package var tokenSigner: (any TokenSigner)?
    /// Where the cluster says what it does.
    public var logger: Logger

    /// Options.
    public init(
        clock: ClusterClock = .system,
        randomBytes: @escaping @Sendable (_ count: Int) -> [UInt8] = EmbeddedClusterOptions.systemRandomBytes,
        history: HistoryLimit = HistoryLimit(),
        watches: WatchLimits = WatchLimits(),
        rootCertificate: String = "",
        audit: (any AuditSink)? = nil,
        webhookCaller: (any WebhookCaller)? = nil,
        webhooks: WebhookLimits = WebhookLimits(),
        logger: Logger = Logger(label: "embedded-cluster", factory: { _ in SwiftLogNoOpLogHandler() })
    ) {
        self.clock = clock
        self.randomBytes = randomBytes
        self.history = history
        self.watches = watches
        self.rootCertificate = rootCertificate
        self.audit = audit
        self.webhookCaller = webhookCaller
        self.webhooks = webhooks
        self.logger = logger
    }

    /// Bytes from the system's generator.
    public static let systemRandomBytes: @Sendable (_ count: Int) -> [UInt8] = { count in
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }
}
