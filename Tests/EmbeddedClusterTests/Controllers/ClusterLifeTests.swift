// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import KubernetesClient
import KubernetesJSON
import Testing

@testable import EmbeddedCluster

@Suite("A running cluster", .timeLimit(.minutes(1)))
struct ClusterLifeTests {
    /// Runs the controllers beside `body`.
    private func withRunning(_ cluster: TestCluster, _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await cluster.cluster.run() }
            try await body()
            group.cancelAll()
        }
    }

    /// Reads the events of a watch until one matches.
    private func wait(
        _ cluster: TestCluster,
        _ path: String,
        until isMet: (JSONValue) -> Bool
    ) async throws -> JSONValue {
        let watch = await cluster.exchange(.get, path)
        while let chunk = try await watch.body.next() {
            for line in chunk.split(separator: UInt8(ascii: "\n")) {
                let event = try JSONValue(parsing: Array(line))
                if isMet(event) { return event }
            }
        }
        return .null
    }

    @Test("shutting down ends run")
    func end() async throws {
        let cluster = try TestCluster()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await cluster.cluster.run() }
            await cluster.cluster.shutdown()
            try await group.waitForAll()
        }
    }

    @Test("a new namespace gets its account and certificate, and goes with all that is in it")
    func namespace() async throws {
        let cluster = try TestCluster(options: EmbeddedClusterOptions(rootCertificate: "PEM"))
        try await withRunning(cluster) {
            let namespace: JSONValue = ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "one"]]
            try await cluster.send(.post, "/api/v1/namespaces", namespace)
            let path = "/api/v1/namespaces/one/configmaps"
            let certificate = try await wait(cluster, path + "?watch=true") { $0["type"] == "ADDED" }
            #expect(certificate["object"]?["data"] == ["ca.crt": "PEM"])
            _ = try await wait(cluster, "/api/v1/namespaces/one/serviceaccounts?watch=true") { $0["type"] == "ADDED" }
            let deleted = try await cluster.send(.delete, "/api/v1/namespaces/one")
            // From then on: it may be gone before the watch begins.
            let revision = try #require(deleted.body["metadata"]?["resourceVersion"]?.string)
            _ = try await wait(
                cluster,
                "/api/v1/namespaces?watch=true&fieldSelector=metadata.name%3Done&resourceVersion=\(revision)"
            ) { $0["type"] == "DELETED" }
            #expect(try await cluster.send(.get, "/api/v1/namespaces/one").status == 404)
            #expect(cluster.cluster.store.read { $0.isEmpty(namespace: "one") })
        }
    }

    @Test("a pod is bound when a node becomes ready, and says before that it cannot be scheduled")
    func scheduling() async throws {
        let cluster = try TestCluster()
        try await withRunning(cluster) {
            let pod: JSONValue = [
                "apiVersion": "v1", "kind": "Pod", "metadata": ["name": "p"],
                "spec": ["containers": [["name": "c", "image": "i"]]],
            ]
            let pods = "/api/v1/namespaces/default/pods"
            try await cluster.send(.post, pods, pod)
            let refused = try await wait(cluster, pods + "?watch=true") {
                $0["object"]?["status"]?["conditions"]?[0]?["reason"] == "Unschedulable"
            }
            #expect(refused["object"]?["status"]?["conditions"]?[0]?["message"] == "no nodes available to schedule pods")
            try await cluster.send(.post, "/api/v1/nodes", ["apiVersion": "v1", "kind": "Node", "metadata": ["name": "n"]])
            let status: JSONValue = [
                "status": [
                    "allocatable": ["cpu": "1", "memory": "1Gi", "pods": "10"],
                    "conditions": [["type": "Ready", "status": "True"]],
                ]
            ]
            try await cluster.send(.patch, "/api/v1/nodes/n/status", status, type: "application/merge-patch+json")
            let bound = try await wait(cluster, pods + "?watch=true&fieldSelector=spec.nodeName%3Dn") { $0["type"] == "ADDED" }
            #expect(bound["object"]?["metadata"]?["name"] == "p")
        }
    }

    @Test("two writers of one object: every increment counts, whoever wins")
    func concurrency() async throws {
        let cluster = try TestCluster()
        try await cluster.send(.post, TestCluster.configMaps, TestCluster.configMap("count", ["n": "0"]))
        let path = TestCluster.configMaps + "/count"
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    var done = 0
                    while done < 25 {
                        var object = try await cluster.send(.get, path).body
                        let value = (object["data"]?["n"]?.string).flatMap { Int($0) } ?? 0
                        object["data"]?["n"] = .string(String(value + 1))
                        let answer = try await cluster.send(.put, path, object)
                        if answer.status == 200 { done += 1 } else { #expect(answer.status == 409) }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await cluster.send(.get, path).body["data"] == ["n": "100"])
    }
}
