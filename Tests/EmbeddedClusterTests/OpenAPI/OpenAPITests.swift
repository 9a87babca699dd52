// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta
import Testing

@testable import EmbeddedCluster

@Suite("OpenAPI v3 is good enough for kubectl")
struct OpenAPITests {
    private let documents = OpenAPIDocuments(ResourceRegistry(builtIn: BuiltinResources.definitions()))

    private func document(_ path: String) throws -> JSONValue {
        try JSONValue(parsing: try #require(documents.document(path: path)))
    }

    @Test("the index names every group and version, with a hash of its document")
    func index() throws {
        let paths = try #require(documents.index["paths"]?.object)
        #expect(paths["api/v1"]?.text("serverRelativeURL").hasPrefix("/openapi/v3/api/v1?hash=") == true)
        for definition in BuiltinResources.definitions() where !definition.group.isEmpty {
            #expect(paths["apis/" + definition.apiVersion] != nil, "\(definition.apiVersion)")
        }
        #expect(documents.document(path: "apis/nope/v1") == nil)
    }

    @Test("every reference in a document leads to a schema of the same document")
    func references() throws {
        for path in documents.index["paths"]?.object?.keys ?? [] {
            let document = try document(path)
            let schemas = document.at("components", "schemas")
            for name in Self.references(in: document) { #expect(schemas?[name] != nil, "\(path): \(name)") }
        }
    }

    private static func references(in value: JSONValue) -> Set<String> {
        switch value {
        case .array(let elements): return elements.reduce(into: []) { $0.formUnion(references(in: $1)) }
        case .object(let object):
            return object.reduce(into: []) { found, member in
                if member.key == "$ref", let name = member.value.string?.split(separator: "/").last {
                    found.insert(String(name))
                } else {
                    found.formUnion(references(in: member.value))
                }
            }
        default: return []
        }
    }

    @Test("patches say which formats they take and that fields can be validated")
    func patch() throws {
        let patch = try #require(try document("api/v1").at("paths", "/api/v1/namespaces/{namespace}/pods/{name}", "patch"))
        #expect(patch["x-kubernetes-group-version-kind"] == ["group": "", "version": "v1", "kind": "Pod"])
        #expect(patch.at("requestBody", "content", "application/strategic-merge-patch+json") != nil)
        let parameters = patch.elements("parameters").map { $0.text("name") }
        #expect(parameters == ["dryRun", "fieldManager", "fieldValidation"])
    }

    @Test("schemas name the kinds that they are")
    func kinds() throws {
        let pod = try document("api/v1").at("components", "schemas", "io.k8s.api.core.v1.Pod")
        #expect(pod?.elements("x-kubernetes-group-version-kind").first == ["group": "", "version": "v1", "kind": "Pod"])
    }
}
