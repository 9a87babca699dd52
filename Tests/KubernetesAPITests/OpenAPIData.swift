// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubernetesJSON
import KubernetesMeta
import Testing

/// The OpenAPI documents that the types were generated from. Those of an API server are not part of the repository.
struct OpenAPIData: Sendable {
    /// Schemas by full name.
    let schemas: [String: JSONValue]
    /// What is done at the collections of the API, by path: `/api/v1/namespaces/{namespace}/pods`.
    let collections: [String: GroupVersionKind]

    /// Nil when there are none.
    static let shared: OpenAPIData? = {
        do { return try OpenAPIData(directory: directory) } catch { return nil }
    }()

    /// Whether tests that need the data run: where it is, and under `CI=true`, where they fail without it.
    static let isDue = shared != nil || ProcessInfo.processInfo.environment["CI"] == "true"

    private static let root = "/" + String(#filePath).split(separator: "/").dropLast(3).joined(separator: "/")

    static let directory = ProcessInfo.processInfo.environment["KUBERNETES_OPENAPI"] ?? "\(root)/../shared/kubernetes/openapi-v3"

    private init(directory: String) throws {
        var schemas: [String: JSONValue] = [:]
        var collections: [String: GroupVersionKind] = [:]
        for folder in [directory, "\(Self.root)/hack/kubegen/Schemas"] {
            for file in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() where file.hasSuffix(".json") {
                let document = try JSONValue(parsing: [UInt8](Data(contentsOf: URL(filePath: "\(folder)/\(file)"))))
                for (name, schema) in document["components"]?["schemas"]?.object ?? [:] { schemas[name] = schema }
                for (path, item) in document["paths"]?.object ?? [:] where !path.contains("{name}") && !path.contains("/watch/") {
                    let type = item["post"]?["x-kubernetes-group-version-kind"] ?? item["get"]?["x-kubernetes-group-version-kind"]
                    if let type { collections[path] = try type.decoded(as: GroupVersionKind.self) }
                }
            }
        }
        self.schemas = schemas
        self.collections = collections
    }
}
