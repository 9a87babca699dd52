// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import ControllerRuntime
import HTTPTypes
import KubernetesClient
import KubernetesJSON

/// Puts the product's CustomResourceDefinitions into the cluster, or brings those there up to date.
struct DefinitionInstaller: Sendable {
    let client: KubernetesClient
    let time: TimeSource

    private static let collection = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    private static let patience: Duration = .seconds(10)

    /// Returns when the definitions are served.
    func install() async throws {
        for kind in InstalledDefinition.all { try await install(kind.name, kind.document) }
    }

    private func install(_ name: String, _ document: JSONValue) async throws {
        let item = Self.collection + "/" + name
        let created = try await send(
            .post,
            Self.collection,
            document,
            contentType: "application/json",
            accepting: [201, 409],
            name
        )
        if created.code == 409 {
            var patch = JSONValue.object([:])
            patch["spec"] = document["spec"]
            _ = try await send(.patch, item, patch, contentType: "application/merge-patch+json", accepting: [200], name)
        }
        let deadline = time.now().advanced(by: Self.patience)
        while !isEstablished(try await send(.get, item, nil, contentType: nil, accepting: [200], name).answer) {
            guard time.now() < deadline else {
                throw LocalClusterError(
                    .notReady,
                    "the definition \(name) was not accepted in time"
                )
            }
            try await time.sleep(for: .milliseconds(5))
        }
    }

    private func isEstablished(_ definition: JSONValue) -> Bool {
        definition["status"]?["conditions"]?.array?.contains { $0["type"] == "Established" && $0["status"] == "True" } == true
    }

    private func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: JSONValue?,
        contentType: String?,
        accepting codes: Set<Int>,
        _ name: String
    ) async throws -> (code: Int, answer: JSONValue) {
        var head = HTTPRequest(method: method, scheme: nil, authority: nil, path: path)
        head.headerFields[.contentType] = contentType
        let (response, bytes) = try await client.request(head, body: body?.serialized() ?? [])
        let answer = try JSON.decode(JSONValue.self, from: bytes)
        guard codes.contains(response.status.code) else {
            throw LocalClusterError(
                .start,
                "the definition \(name) cannot be installed: \(answer["message"]?.string ?? "status \(response.status.code)")"
            )
        }
        return (response.status.code, answer)
    }
}
