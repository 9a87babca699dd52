// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// The limits of one exchange.
public struct RequestOptions: Sendable, Hashable {
    /// For the whole exchange, waiting for a connection included; nil for none.
    public var timeout: Duration?

    /// Between two pieces of the answer, and before the first; nil for none.
    public var idleTimeout: Duration?

    /// How many bytes of the body may wait unread. A stream that is read too slowly ends with the code `tooLarge`, except on the lane
    /// `stream`, where the server is made to wait. For an answer that is read whole, also its size.
    public var maximumBodyBytes: Int

    /// With whom the exchange competes.
    public var lane: Lane

    /// Asked as late as the transport can, right before the request leaves; nil when it may be sent whenever its turn comes.
    public var permit: SendPermit?

    /// Limits for a request with a short answer: 30 s, 128 MiB.
    public init(
        timeout: Duration? = .seconds(30),
        idleTimeout: Duration? = nil,
        maximumBodyBytes: Int = 128 << 20,
        lane: Lane = .bulk,
        permit: SendPermit? = nil
    ) {
        self.timeout = timeout
        self.idleTimeout = idleTimeout
        self.maximumBodyBytes = maximumBodyBytes
        self.lane = lane
        self.permit = permit
    }

    /// Which exchanges may hold each other up.
    public enum Lane: Sendable, Hashable, CaseIterable {
        /// Ordinary requests and watches.
        case bulk
        /// Writes that users wait for; started before `bulk` when there are more requests than may run at once.
        case status
        /// The leader's lease: shares no connection and no queue with the others, and is never sent twice.
        case lease
        /// A body as long as it likes that the reader may take slowly, such as logs: a connection of its own.
        case stream
    }
}
