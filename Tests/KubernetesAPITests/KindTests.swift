// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesAPI
import Testing

@Suite("The kinds of the API", .enabled(if: OpenAPIData.isDue, "no OpenAPI data; set KUBERNETES_OPENAPI"))
struct KindTests {
    private static func data() throws -> OpenAPIData {
        try #require(OpenAPIData.shared, "no OpenAPI data in \(OpenAPIData.directory); set KUBERNETES_OPENAPI")
    }

    /// Shapes of other documents, which `ResourceList`, the patch types and the watch stream stand for.
    private static let otherwise = ["Patch", "WatchEvent"]

    @Test("every kind of the OpenAPI data has a type")
    func complete() throws {
        let schemas = try Self.data().schemas
        let kinds = schemas.filter { name, schema in
            let items = schema["properties"]?["items"]?["items"]
            let item = (items?["allOf"]?[0] ?? items)?["$ref"]?.string?.split(separator: "/").last.map(String.init)
            let isList = item.map { name == $0 + "List" } ?? false
            return schema["x-kubernetes-group-version-kind"] != nil && schema["properties"]?["apiVersion"] != nil && !isList
                && !Self.otherwise.contains(name.split(separator: ".").last.map(String.init) ?? "")
        }
        #expect(kinds.keys.sorted() == Kinds.names)
    }

    @Test("names in URLs and scopes are those of the API server", arguments: Kinds.resources.keys.sorted())
    func names(name: String) throws {
        let type = try #require(Kinds.resources[name])
        let kind = type.groupVersionKind
        let root = kind.group.isEmpty ? "/api/v1" : "/apis/\(kind.apiVersion)"
        let collections = try Self.data().collections.filter { $0.value == kind }.keys
        switch type.scope {
        case .namespaced: #expect(collections.contains("\(root)/namespaces/{namespace}/\(type.plural)"))
        case .cluster:
            #expect(collections.contains("\(root)/\(type.plural)"))
            #expect(!collections.contains { $0.contains("{namespace}") })
        }
    }
}
