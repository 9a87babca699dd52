// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import KubernetesClient
import KubernetesJSON

@testable import EmbeddedCluster

/// A cluster with short ways to send requests.
struct TestCluster: Sendable {
    let cluster: EmbeddedCluster

    init(storage: any Storage = MemoryStorage(), options: EmbeddedClusterOptions = EmbeddedClusterOptions()) throws {
        cluster = try EmbeddedCluster(storage: storage, options: options)
    }

    func exchange(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: JSONValue? = nil,
        type: String = "application/json",
        as user: UserInfo = .admin
    ) async -> HTTPExchange {
        var head = HTTPRequest(method: method, scheme: nil, authority: nil, path: path)
        if body != nil { head.headerFields[.contentType] = type }
        return await cluster.handle(head, body: body?.serialized() ?? [], user: user)
    }

    @discardableResult
    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: JSONValue? = nil,
        type: String = "application/json",
        as user: UserInfo = .admin
    ) async throws -> (status: Int, body: JSONValue) {
        let exchange = await exchange(method, path, body, type: type, as: user)
        let bytes = try await exchange.body.collect(upTo: 64 << 20)
        return (exchange.head.status.code, bytes.isEmpty ? .null : try JSONValue(parsing: bytes))
    }

    static let configMaps = "/api/v1/namespaces/default/configmaps"

    static func configMap(_ name: String, _ data: JSONValue = .object([:])) -> JSONValue {
        ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name)], "data": data]
    }
}
