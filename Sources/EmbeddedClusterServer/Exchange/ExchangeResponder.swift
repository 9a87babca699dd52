// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import EmbeddedCluster
import HTTPSServing
import HTTPTypes
import HummingbirdCore
import KubernetesClient
import KubernetesJSON
import NIOCore

/// One exchange on a connection: finds out who asks, reads the body, asks the cluster and writes its answer.
struct ExchangeResponder: Sendable {
    let handler: ClusterRequestHandler
    let authenticator: Authenticator
    let check: AccessCheck
    let maximumRequestBytes: Int
    let streams: OpenStreams

    @concurrent
    func respond(_ request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel) async throws {
        var request = request
        // A stream of HTTP/2 is a channel below its connection, which is one below the listener.
        let isHTTP2 = channel.parent?.parent != nil
        let refusal: StatusError?
        var user = UserInfo.anonymous
        do throws(StatusError) {
            user = try authorizedUser(of: request.head)
            refusal = nil
        } catch {
            refusal = error
        }
        if request.headers[.expect]?.lowercased() == "100-continue" {
            let announced = request.headers[.contentLength].flatMap { Int($0) } ?? 0
            guard refusal == nil, announced <= maximumRequestBytes else {
                // The client waits before it sends the body: it is told no and need not send it.
                return try await write(last: refusal ?? .tooLarge(limit: maximumRequestBytes), request, writer, isHTTP2: isHTTP2)
            }
            try await writer.writeInformationalHead(HTTPResponse(status: .continue))
        }
        let exchange: HTTPExchange
        switch try await RequestBodyReader.read(&request, limit: maximumRequestBytes) {
        case .abusive:
            return try await write(last: .tooLarge(limit: maximumRequestBytes), request, writer, isHTTP2: isHTTP2)
        case .tooLarge: exchange = Self.exchange(of: refusal ?? .tooLarge(limit: maximumRequestBytes))
        case .body(let body):
            if let refusal {
                exchange = Self.exchange(of: refusal)
            } else {
                exchange = await handler(request.head, body, user)
            }
        }
        if exchange.body.isWhole {
            try await write(whole: exchange, request, writer, closing: false)
        } else {
            try await write(streaming: exchange, request, writer, channel, isHTTP2: isHTTP2)
        }
    }

    /// The connection cannot be used for a further request.
    private struct ConnectionEnds: Error {}

    private func authorizedUser(of head: HTTPRequest) throws(StatusError) -> UserInfo {
        let user = try authenticator.user(of: head.headerFields)
        let effective = try Impersonation.user(of: head.headerFields, by: user, check: check)
        try check(RequestAttributes(head), effective)
        return effective
    }

    /// Answers a request whose body was not read to its end. A connection of HTTP/1.1 cannot be used after that.
    @concurrent
    private func write(
        last status: StatusError,
        _ request: Request,
        _ writer: consuming ResponseWriter,
        isHTTP2: Bool
    ) async throws {
        try await write(whole: Self.exchange(of: status), request, writer, closing: !isHTTP2)
        if !isHTTP2 { throw ConnectionEnds() }
    }

    @concurrent
    private func write(
        whole exchange: HTTPExchange,
        _ request: Request,
        _ writer: consuming ResponseWriter,
        closing: Bool
    ) async throws {
        let bytes = try await exchange.body.collect(upTo: .max)
        var head = Self.completed(exchange.head)
        let mayHaveBody = head.status.code != 204 && head.status.code != 304
        if mayHaveBody { head.headerFields[.contentLength] = String(bytes.count) }
        if closing { head.headerFields[.connection] = "close" }
        guard mayHaveBody, request.method != .head, !bytes.isEmpty else { return try await writer.writeResponse(head) }
        try await writer.write(response: head, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// Writes an answer that may last: a watch, a log. It ends when the body ends, when the client goes, or, cleanly, when the server is
    /// asked to stop.
    @concurrent
    private func write(
        streaming exchange: HTTPExchange,
        _ request: Request,
        _ writer: consuming ResponseWriter,
        _ channel: any Channel,
        isHTTP2: Bool
    ) async throws {
        var head = Self.completed(exchange.head)
        // The end of an HTTP/1.1 connection is seen by reading from it, after which it cannot carry another request.
        if !isHTTP2 { head.headerFields[.connection] = "close" }
        var answer = try await writer.writeHead(head)
        let stream = streams.open()
        defer { streams.close(stream) }
        let (closed, close) = AsyncStream<Void>.makeStream()
        channel.closeFuture.whenComplete { _ in close.finish() }
        let pump = StreamPump(body: exchange.body, closed: closed, stopped: stream.stopped)
        let ending: StreamPump.Ending
        if isHTTP2 {
            // Its input has ended with the request, so that only the channel's own end tells that the client has gone.
            ending = try await pump.run { try await answer.write($0) }
        } else {
            ending = try await request.body.consumeWithInboundCloseHandler { _ in
                try await pump.run { try await answer.write($0) }
            } onInboundClosed: {
                close.finish()
            }
        }
        switch ending {
        case .complete, .shutdown: try await answer.finish(nil)
        // Without the end of the body, the client sees that the answer was cut.
        case .broken(let error): throw error
        case .clientGone: throw ConnectionEnds()
        }
    }

    private static func completed(_ head: HTTPResponse) -> HTTPResponse {
        var head = head
        if head.headerFields[.cacheControl] == nil { head.headerFields[.cacheControl] = "no-cache, private" }
        return head
    }

    /// The answer for a request that never reaches the cluster.
    private static func exchange(of status: StatusError) -> HTTPExchange {
        var head = HTTPResponse(status: HTTPResponse.Status(code: status.code))
        head.headerFields[.contentType] = "application/json"
        for (name, value) in status.headers {
            if let name = HTTPField.Name(name) { head.headerFields[name] = value }
        }
        return HTTPExchange(head: head, body: HTTPBody(status.body.serialized()))
    }
}
