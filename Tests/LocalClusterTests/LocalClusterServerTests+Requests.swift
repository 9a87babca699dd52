// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import EmbeddedClusterServer
import HTTPTypes
import KubernetesClient
import KubernetesJSON

@testable import LocalCluster

extension LocalClusterServerTests {
    /// A request over HTTPS with the token and the authority of the state directory.
    static func request(
        _ options: LocalClusterOptions,
        _ record: RunRecord,
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: JSONValue?
    ) async throws -> (status: Int, body: JSONValue) {
        let state = try LocalState(options.stateDirectory)
        let transport = CurlTransport(
            configuration: ClientConfiguration(
                server: try ServerURL(record.server),
                tls: TLSConfiguration(certificateAuthority: try state.directory.directory("pki").read("ca.crt")),
                token: .value(try StoredToken.load(in: state.directory))
            )
        )
        var head = HTTPRequest(method: method, scheme: nil, authority: nil, path: path)
        if body != nil { head.headerFields[.contentType] = "application/json" }
        let exchange = try await transport.send(head, body: body?.serialized() ?? [], options: RequestOptions())
        let bytes = try await exchange.body.collect(upTo: 1 << 20)
        await transport.shutdown()
        return (exchange.head.status.code, try JSON.decode(JSONValue.self, from: bytes))
    }
}
