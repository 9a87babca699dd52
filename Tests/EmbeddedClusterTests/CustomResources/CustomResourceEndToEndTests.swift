// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import KubernetesClient
import KubernetesJSON
import Testing

@testable import EmbeddedCluster

@Suite("A custom kind, from its definition to its end", .timeLimit(.minutes(1)))
struct CustomResourceEndToEndTests {
    private static let definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    private static let jobs = "/apis/example.com/v1/namespaces/default/jobs"
    private static let mergePatch = "application/merge-patch+json"

    private static let definition: JSONValue = [
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": ["name": "jobs.example.com"],
        "spec": [
            "group": "example.com", "scope": "Namespaced", "names": ["plural": "jobs", "kind": "Job", "shortNames": ["jb"]],
            "versions": [
                [
                    "name": "v1", "served": true, "storage": true, "subresources": ["status": [:]],
                    "selectableFields": [["jsonPath": ".status.phase"]],
                    "additionalPrinterColumns": [["name": "Phase", "type": "string", "jsonPath": ".status.phase"]],
                    "schema": [
                        "openAPIV3Schema": [
                            "type": "object",
                            "required": ["spec"],
                            "properties": [
                                "spec": [
                                    "type": "object", "required": ["code"],
                                    "x-kubernetes-validations": [["rule": "self.code == oldSelf.code"]],
                                    "properties": [
                                        "code": ["type": "string", "minLength": 1],
                                        "seconds": ["type": "integer", "minimum": 1, "default": 300],
                                    ],
                                ],
                                "status": ["type": "object", "properties": ["phase": ["type": "string"]]],
                            ],
                        ]
                    ],
                ]
            ],
        ],
    ]

    private static func job(_ name: String, _ spec: JSONValue) -> JSONValue {
        ["apiVersion": "example.com/v1", "kind": "Job", "metadata": ["name": .string(name)], "spec": spec]
    }

    @Test("is established, served by its schema, and gone with its objects")
    func lifecycle() async throws {
        let test = try TestCluster()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await test.cluster.run() }
            try await establish(test)
            try await use(test)
            try await end(test)
            await test.cluster.shutdown()
            group.cancelAll()
        }
    }

    private func establish(_ test: TestCluster) async throws {
        #expect(await test.exchange(.get, Self.jobs).head.status == .notFound)
        let created = await test.exchange(.post, Self.definitions, Self.definition)
        #expect(created.head.status == .created)
        let warning = try #require(HTTPField.Name("Warning"))
        #expect(created.head.headerFields[warning]?.contains("not evaluated by this cluster") == true)
        try await waitForDefinition(test) { definition in
            (definition["status"]?["conditions"]?.array ?? []).contains { $0["type"] == "Established" && $0["status"] == "True" }
        }
    }

    private func use(_ test: TestCluster) async throws {
        let refused = try await test.send(.post, Self.jobs, Self.job("a", ["seconds": 0]))
        #expect(refused.status == 422)
        #expect(
            refused.body["details"]?["causes"]?.array?.compactMap { $0["field"]?.string } == [
                "spec.code", "spec.seconds", "<nil>",
            ]
        )
        let strict = try await test.send(.post, Self.jobs + "?fieldValidation=Strict", Self.job("a", ["code": "x", "secs": 1]))
        #expect(strict.status == 400)
        let created = try await test.send(.post, Self.jobs, Self.job("a", ["code": "x", "secs": 1]))
        #expect(created.status == 201)
        #expect(created.body["spec"] == ["code": "x", "seconds": 300])
        let status = try await test.send(.patch, Self.jobs + "/a/status", ["status": ["phase": "Running"]], type: Self.mergePatch)
        #expect(status.body["metadata"]?["generation"] == 1)
        let spec = try await test.send(
            .patch,
            Self.jobs + "/a",
            ["spec": ["seconds": 5], "status": ["phase": "Lost"]],
            type: Self.mergePatch
        )
        #expect(spec.body["metadata"]?["generation"] == 2)
        #expect(spec.body["status"] == ["phase": "Running"])
        #expect(try await test.send(.patch, Self.jobs + "/a", ["spec": ["code": nil]], type: Self.mergePatch).status == 422)
        _ = try await test.send(.post, Self.jobs, Self.job("b", ["code": "y"]))
        let selected = try await test.send(.get, Self.jobs + "?fieldSelector=status.phase%3DRunning")
        #expect(selected.body["items"]?.array?.compactMap { $0["metadata"]?["name"]?.string } == ["a"])
        #expect(selected.body["kind"] == "JobList")
        let strategic = "application/strategic-merge-patch+json"
        #expect(try await test.send(.patch, Self.jobs + "/a", ["spec": ["seconds": 6]], type: strategic).status == 415)
    }

    private func end(_ test: TestCluster) async throws {
        let deleted = try await test.send(.delete, Self.definitions + "/jobs.example.com")
        #expect(deleted.body["metadata"]?["finalizers"] == [.string(CustomResourceDeletion.finalizer)])
        try await waitForDefinition(test) { $0.isNull }
        #expect(await test.exchange(.get, Self.jobs).head.status == .notFound)
    }

    /// Waits for a state of the definition by watching it; null stands for its end.
    private func waitForDefinition(_ test: TestCluster, _ isReached: (JSONValue) -> Bool) async throws {
        let name = "jobs.example.com"
        let current = try await test.send(.get, Self.definitions + "?fieldSelector=metadata.name%3D" + name)
        let item = current.body["items"]?[0] ?? .null
        if isReached(item) { return }
        let version = current.body["metadata"]?["resourceVersion"]?.string ?? ""
        let path = Self.definitions + "?watch=true&fieldSelector=metadata.name%3D\(name)&resourceVersion=\(version)"
        let watch = await test.exchange(.get, path)
        var pending: [UInt8] = []
        for try await chunk in watch.body {
            pending += chunk
            while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                let event = try JSONValue(parsing: Array(pending[..<end]))
                pending.removeFirst(end + 1)
                let state = event["type"] == "DELETED" ? JSONValue.null : event["object"] ?? .null
                if isReached(state) { return }
            }
        }
        Issue.record("the watch ended before the definition reached its state")
    }
}
