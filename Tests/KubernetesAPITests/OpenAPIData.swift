// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubernetesJSON
import Testing

/// The OpenAPI documents that the types were generated from. They are not part of the repository.
struct OpenAPIData: Sendable {
    /// Schemas by full name.
    let schemas: [String: JSONValue]

    /// Nil when there are none.
    static let shared: OpenAPIData? = {
        do { return try OpenAPIData(directory: directory) } catch { return nil }
    }()

    /// Whether tests that need the data run: where it is, and under `CI=true`, where they fail without it.
    static let isDue = shared != nil || ProcessInfo.processInfo.environment["CI"] == "true"

    static let directory: String = {
        let root = String(#filePath).split(separator: "/").dropLast(3).joined(separator: "/")
        return ProcessInfo.processInfo.environment["KUBERNETES_OPENAPI"] ?? "/\(root)/../shared/kubernetes/openapi-v3"
    }()

    private init(directory: String) throws {
        var schemas: [String: JSONValue] = [:]
        for file in try FileManager.default.contentsOfDirectory(atPath: directory).sorted() where file.hasSuffix(".json") {
            let document = try JSONValue(parsing: [UInt8](Data(contentsOf: URL(filePath: "\(directory)/\(file)"))))
            for (name, schema) in document["components"]?["schemas"]?.object ?? [:] { schemas[name] = schema }
        }
        self.schemas = schemas
    }
}
