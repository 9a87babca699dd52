// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import HTTPTypes

/// Carries one HTTP exchange to an API server: over the network (``CurlTransport``), or straight into an embedded one.
///
/// A transport has its base address and its credentials; callers give the path and query only.
public protocol HTTPTransport: Sendable {
    /// Sends a request and returns when the head of the answer has arrived; the body follows in ``HTTPExchange/body``.
    ///
    /// The answer's status is not looked at: a 500 is an exchange that succeeded. Cancelling the calling task, or dropping the body,
    /// ends the exchange and frees what it holds.
    ///
    /// - Parameters:
    ///   - head: Method, fields and `path`, which holds the percent-encoded path and query, for example
    ///     `/api/v1/pods?limit=500`. Its scheme and authority are ignored.
    ///   - body: The whole request body; empty for none.
    ///   - options: Limits of this exchange.
    /// - Throws: ``TransportError`` when no whole head arrived, or what the permit of `options` says; then nothing has been sent, or of a
    ///   large body not all.
    func send(_ head: HTTPRequest, body: [UInt8], options: RequestOptions) async throws(TransportError) -> HTTPExchange

    /// Ends all exchanges with ``TransportError/Code/closed``, frees everything and returns when that is done. Later calls of `send` throw.
    func shutdown() async
}
