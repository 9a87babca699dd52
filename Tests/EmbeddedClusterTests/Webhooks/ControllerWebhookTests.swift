// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import KubernetesClient
import KubernetesJSON
import Testing

@testable import EmbeddedCluster

@Suite("The cluster's own controllers and webhooks", .timeLimit(.minutes(1)))
struct ControllerWebhookTests {
    /// Time that runs a hundred times as fast.
    private static let fast: ClusterClock = {
        let system = ClusterClock.system
        return ClusterClock(
            wallNow: system.wallNow,
            monotonicNow: { system.monotonicNow() * 100 },
            sleepUntil: { try await system.sleepUntil($0 / 100) }
        )
    }()

    @Test("what a controller deletes is sent under the controller's name")
    func user() async throws {
        let cluster = try HookedCluster()
        let (deleted, send) = AsyncStream<JSONValue>.makeStream()
        cluster.hooks.handle("v") { request in
            if request["operation"] == "DELETE" { send.yield(request) }
            return ["allowed": true]
        }
        try await cluster.register(.validating, "v")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await cluster.test.cluster.run() }
            var orphan = TestCluster.configMap("orphan")
            orphan["metadata"]?["ownerReferences"] = [
                ["apiVersion": "v1", "kind": "ConfigMap", "name": "gone", "uid": "00000000-0000-0000-0000-000000000000"]
            ]
            let created = try await cluster.test.send(.post, TestCluster.configMaps, orphan)
            #expect(created.status == 201)
            var requests = deleted.makeAsyncIterator()
            let request = await requests.next()
            #expect(request?["name"] == "orphan")
            #expect(request?["userInfo"]?["username"] == "system:kube-controller-manager")
            #expect(request?["options"]?["propagationPolicy"] == "Background")
            group.cancelAll()
        }
    }

    @Test("an object whose deletion is refused keeps no other from being collected, and is tried again")
    func refused() async throws {
        let cluster = try HookedCluster(clock: Self.fast)
        let (deleted, send) = AsyncStream<String>.makeStream()
        let isHeld = Locked(true)
        cluster.hooks.handle("v") { request in
            let name = request["name"]?.string ?? ""
            guard request["operation"] == "DELETE" else { return ["allowed": true] }
            send.yield(name)
            return ["allowed": .bool(name != "held" || !isHeld.withLock { $0 })]
        }
        try await cluster.register(.validating, "v")
        for name in ["held", "other"] {
            var orphan = TestCluster.configMap(name)
            orphan["metadata"]?["ownerReferences"] = [
                ["apiVersion": "v1", "kind": "ConfigMap", "name": "gone", "uid": "00000000-0000-0000-0000-000000000000"]
            ]
            try await cluster.test.send(.post, TestCluster.configMaps, orphan)
        }
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await cluster.test.cluster.run() }
            var names = deleted.makeAsyncIterator()
            let first = [await names.next(), await names.next()]
            #expect(Set(first) == ["held", "other"])
            isHeld.withLock { $0 = false }
            // The collector starts over a second of the cluster's later.
            #expect(await names.next() == "held")
            group.cancelAll()
        }
    }

    @Test("a namespace whose content is kept by a webhook says so")
    func namespace() {
        let conditions = NamespaceTermination.conditions(remaining: [], failures: ["refused"])
        let failure = conditions.first { $0.type == "NamespaceDeletionContentFailure" }
        #expect(failure?.status == true)
        #expect(failure?.reason == "ContentDeletionFailed")
        #expect(failure?.message == "Failed to delete all resource types, 1 remaining: refused")
    }
}
