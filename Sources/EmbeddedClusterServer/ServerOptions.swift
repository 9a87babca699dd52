// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// How an ``EmbeddedClusterServer`` listens and where its bounds are. There is no option for the address: it is always 127.0.0.1.
public struct ServerOptions: Sendable {
    /// The port on 127.0.0.1; 0 takes a free one.
    public var port: Int

    /// How large a request body may be, in bytes; a larger one is answered with 413. The default is a real API server's.
    public var maximumRequestBytes: Int

    /// How many connections may be open at once. Further ones wait in the backlog.
    public var maximumConnections: Int

    /// How long a client may take for the TLS handshake.
    public var handshakeTimeout: Duration

    /// How long a client may take from the head of a request to the end of its body.
    public var requestTimeout: Duration

    /// How long an answer may make no progress because the client reads nothing, before its connection (HTTP/2: stream) is closed.
    /// Long, because someone may have stopped `kubectl logs -f` in a pager.
    public var stalledReaderTimeout: Duration

    /// How long a connection without requests is kept.
    public var idleTimeout: Duration

    /// How long requests may take to end when the server is stopped; then their connections are closed.
    public var drainTimeout: Duration

    /// Options with the defaults of a cluster on a laptop.
    public init(
        port: Int = 0,
        maximumRequestBytes: Int = 3 << 20,
        maximumConnections: Int = 1024,
        handshakeTimeout: Duration = .seconds(10),
        requestTimeout: Duration = .seconds(60),
        stalledReaderTimeout: Duration = .seconds(900),
        idleTimeout: Duration = .seconds(180),
        drainTimeout: Duration = .seconds(8)
    ) {
        self.port = port
        self.maximumRequestBytes = maximumRequestBytes
        self.maximumConnections = maximumConnections
        self.handshakeTimeout = handshakeTimeout
        self.requestTimeout = requestTimeout
        self.stalledReaderTimeout = stalledReaderTimeout
        self.idleTimeout = idleTimeout
        self.drainTimeout = drainTimeout
    }
}
