// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import HTTPTypes

extension KubernetesClient {
    /// Sends any request.
    ///
    /// - Parameters:
    ///   - head: Method, `path` with query, and fields; Accept and User-Agent are added when they are missing.
    ///   - body: The request's body; empty for none.
    /// - Returns: The answer, of whatever status: errors of the server are not thrown here.
    /// - Throws: ``ClientError`` when there is no whole answer.
    public func request(
        _ head: HTTPRequest,
        body: [UInt8] = [],
        options: RequestOptions = RequestOptions()
    ) async throws(ClientError) -> (HTTPResponse, [UInt8]) {
        let request = ClientRequest(head: head, body: body, options: options)
        let exchange = try await attempt(request)
        return (exchange.head, try await collect(exchange.body, of: request))
    }
}
