// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Testing

@testable import KubernetesClient

/// Runs a test's body with a server and a transport to it, and ends both after it.
///
/// Afterwards no connection of the transport may be left.
func withServer(
    _ handler: @escaping @Sendable (TestConnection) -> Void,
    configure: (inout ClientConfiguration) throws -> Void = { _ in },
    _ body: (CurlTransport, TestServer) async throws -> Void
) async throws {
    let server = try TestServer(handler)
    var configuration = try server.configuration
    try configure(&configuration)
    let transport = CurlTransport(configuration: configuration)
    do {
        try await body(transport, server)
    } catch {
        await transport.shutdown()
        server.stop()
        throw error
    }
    await transport.shutdown()
    #expect(OpenSockets.count(to: server.port) == 0)
    server.stop()
}

extension CurlTransport {
    func get(_ path: String, _ options: RequestOptions = RequestOptions()) async throws(TransportError) -> HTTPExchange {
        try await send(HTTPRequest(method: .get, scheme: nil, authority: nil, path: path), body: [], options: options)
    }

    func text(_ path: String, _ options: RequestOptions = RequestOptions()) async throws -> String {
        try await get(path, options).text
    }
}

extension HTTPExchange {
    /// The whole body as text.
    var text: String {
        get async throws(TransportError) { String(decoding: try await body.collect(upTo: 64 << 20), as: UTF8.self) }
    }
}

/// The error of a call that must fail.
func failure<Value>(of body: () async throws(TransportError) -> Value) async throws -> TransportError {
    do throws(TransportError) {
        _ = try await body()
    } catch {
        return error
    }
    throw Unexpected.success
}

enum Unexpected: Error { case success }
