// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import EmbeddedCluster
import KubernetesClient
import KubernetesCore
import KubernetesJSON
import KubernetesMeta
import Logging
import Testing

@Suite("Namespaces chosen by their labels", .timeLimit(.minutes(1)))
struct NamespaceSelectionTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func namespace(_ name: String, team: String?) -> Namespace {
        Namespace(metadata: ObjectMeta(labels: team.map { ["team": $0] }, name: name))
    }

    private func configMap(_ name: String, in namespace: String) -> ConfigMap {
        ConfigMap(metadata: ObjectMeta(name: name, namespace: namespace))
    }

    /// Waits until the informer's keys are these.
    private func wait(for keys: Set<String>, of informer: Informer<ConfigMap>) async {
        var changes = informer.changes().makeAsyncIterator()
        while Set(informer.list().map { "\(ObjectKey($0))" }) != keys { _ = await changes.next() }
    }

    @Test("c-r #1715: namespaces come and go with their labels; their objects with them, told as new and as deleted")
    func comeAndGo() async throws {
        let clock = ManualClock()
        let cluster = try EmbeddedCluster(options: EmbeddedClusterOptions(clock: clock.clusterClock))
        let client = KubernetesClient(transport: cluster.transport(), logger: logger)
        for (name, team) in [("a", "red"), ("b", "blue"), ("c", nil)] {
            _ = try await client.create(namespace(name, team: team))
            _ = try await client.create(configMap("own", in: name))
        }
        let environment = RuntimeEnvironment(time: clock.timeSource, random: .seeded(1), logger: logger)
        let cache = Cache(client: client, environment: environment)
        let scope = CacheScope(.labeled(LabelSelector(.equals("team", "red"))), fields: .name("own"))
        let informer = try cache.declare(ConfigMap.self, scope: scope)
        let deleted = Calls<String>()
        informer.onChange { changes in for change in changes where change.new == nil { deleted.put("\(change.key)") } }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await cache.run() }
            defer { group.cancelAll() }
            try await cache.waitUntilSynced()
            #expect(Set(informer.list().map { "\(ObjectKey($0))" }) == ["a/own"])
            #expect(throws: CacheError.self, "b is not followed") { try cache.list(ConfigMap.self, namespace: "b") }
            _ = try await client.patch(Namespace.self, name: "b", .merge(["metadata": ["labels": ["team": "red"]]]))
            await wait(for: ["a/own", "b/own"], of: informer)
            #expect(try cache.list(ConfigMap.self, namespace: "b").count == 1)
            _ = try await client.patch(Namespace.self, name: "a", .merge(["metadata": ["labels": ["team": .null]]]))
            #expect(await deleted.next() == "a/own")
            await wait(for: ["b/own"], of: informer)
            // A namespace that comes back brings what it has.
            _ = try await client.patch(Namespace.self, name: "a", .merge(["metadata": ["labels": ["team": "red"]]]))
            await wait(for: ["a/own", "b/own"], of: informer)
            #expect(informer.hasCaughtUp(to: "1", in: "c"), "nothing of it will come")
        }
        await cluster.shutdown()
    }

    @Test("who may not read namespaces is told so, and has not synced")
    func forbidden() async throws {
        let fixture = CacheFixture()
        let informer = try fixture.cache.declare(ConfigMap.self, scope: CacheScope(.labeled(LabelSelector(.exists("team")))))
        try await fixture.run { fixture in
            let list = await fixture.server.nextRequest()
            #expect(list.path == "/api/v1/namespaces" && list.query["labelSelector"] == "team")
            list.respond(errorCode: 403, reason: "Forbidden", message: "namespaces is forbidden")
            for await case .forbidden(let why) in informer.statuses() {
                #expect(why.contains("namespaces"))
                break
            }
            #expect(!informer.hasSynced)
            await fixture.clock.advanceToNextBackoff()
            await fixture.server.nextRequest().respond(json: #"{"metadata":{"resourceVersion":"5"},"items":[]}"#)
            try await informer.waitUntilSynced()
            #expect(try fixture.cache.list(ConfigMap.self).isEmpty)
        }
    }

    @Test("two kinds with the same selection share one watch of namespaces, which ends with the last of them")
    func sharedNamespaces() async throws {
        try await CacheFixture().run { fixture in
            let scope = CacheScope(.labeled(LabelSelector(.exists("team"))))
            let first = try fixture.cache.watch(ConfigMap.self, scope: scope)
            let second = try fixture.cache.watch(Secret.self, scope: scope)
            await fixture.server.nextRequest().respond(json: #"{"metadata":{"resourceVersion":"5"},"items":[]}"#)
            let feed = await fixture.openWatch()
            try await first.informer.waitUntilSynced()
            try await second.informer.waitUntilSynced()
            let namespaces = try fixture.cache.informer(Namespace.self)
            first.release()
            #expect(!feed.isDropped)
            let statuses = namespaces.statuses()
            second.release()
            for await _ in statuses {}
            #expect(feed.isDropped && fixture.server.pendingCount == 0)
        }
    }
}
