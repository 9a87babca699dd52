// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import ControllerTestingTraits
import KubernetesClient
import KubernetesCore
import KubernetesJSON
import KubernetesMeta
import Testing

@testable import configmap_copier

@Suite("The copier", .timeLimit(.minutes(1)))
struct ConfigMapCopierTests {
    @Test("a copy appears, is kept equal, is healed, follows the selector and goes with its source", .cluster)
    func life() async throws {
        let cluster = try await start()
        try await create(source("team=web", data: ["k": "1"]), in: cluster)
        try await cluster.wait(for: "a copy in a") { try await data("a", cluster) == ["k": "1"] }
        #expect(try await data("b", cluster) == nil)

        try await patch(["data": ["k": "2"]], "default", cluster)
        try await cluster.wait(for: "the new data") { try await data("a", cluster) == ["k": "2"] }

        try await patch(["data": ["k": "by hand", "x": "y"]], "a", cluster)
        try await cluster.wait(for: "the healed copy") { try await data("a", cluster) == ["k": "2"] }
        try await cluster.admin.delete(ConfigMap.self, name: "shared", namespace: "a")
        try await cluster.wait(for: "the copy again") { try await data("a", cluster) == ["k": "2"] }

        try await label("b", "web", cluster)
        try await cluster.wait(for: "a copy in b") { try await data("b", cluster) == ["k": "2"] }
        try await label("a", "db", cluster)
        try await cluster.wait(for: "no copy in a") { try await data("a", cluster) == nil }

        try await cluster.admin.delete(ConfigMap.self, name: "shared", namespace: "default")
        try await cluster.wait(for: "no copy in b") { try await data("b", cluster) == nil }
    }

    @Test("a ConfigMap that is no copy is left alone, and looked at again when it may be gone", .cluster)
    func foreign() async throws {
        let cluster = try await start()
        try await create(ConfigMap(metadata: ObjectMeta(name: "shared", namespace: "a"), data: ["mine": ""]), in: cluster)
        try await create(source("team=web", data: [:]), in: cluster)
        try await cluster.advance(by: .seconds(59))
        #expect(try await data("a", cluster) == ["mine": ""])
        try await cluster.admin.delete(ConfigMap.self, name: "shared", namespace: "a")
        try await cluster.wait(for: "the copy") { try await data("a", cluster) != nil }
    }

    // MARK: Steps

    private func start() async throws -> SimulatedCluster {
        let cluster = try SimulatedCluster.current
        for (name, team) in ["a": "web", "b": "db"] {
            _ = try await cluster.admin.create(Namespace(metadata: ObjectMeta(labels: ["team": team], name: name)))
        }
        let manager = Manager(environment: cluster.environment)
        let cache = Cache(client: cluster.client, environment: cluster.environment)
        try await manager.add(ConfigMapCopier.controller(cache: cache))
        cluster.start(manager)
        return cluster
    }

    private func source(_ selector: String, data: [String: String]) -> ConfigMap {
        let annotations = [ConfigMapCopier.namespaces: selector]
        return ConfigMap(metadata: ObjectMeta(annotations: annotations, name: "shared", namespace: "default"), data: data)
    }

    private func create(_ object: ConfigMap, in cluster: SimulatedCluster) async throws {
        _ = try await cluster.admin.create(object)
    }

    private func patch(_ change: JSONValue, _ namespace: String, _ cluster: SimulatedCluster) async throws {
        _ = try await cluster.admin.patch(ConfigMap.self, name: "shared", namespace: namespace, .merge(change))
    }

    private func label(_ namespace: String, _ team: String, _ cluster: SimulatedCluster) async throws {
        let change = Patch.merge(["metadata": ["labels": ["team": .string(team)]]])
        _ = try await cluster.admin.patch(Namespace.self, name: namespace, change)
    }

    private func data(_ namespace: String, _ cluster: SimulatedCluster) async throws -> [String: String]? {
        do throws(ClientError) {
            return try await cluster.admin.get(ConfigMap.self, name: "shared", namespace: namespace).data ?? [:]
        } catch {
            if error.isNotFound { return nil }
            throw error
        }
    }
}
