// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import KubernetesCore
import KubernetesMeta
import Testing

@Suite("The metrics of informers", .timeLimit(.minutes(1)))
struct InformerMetricsTests {
    private func state(_ fixture: CacheFixture, _ state: String) -> Double? {
        _ = fixture.environment.metrics.render()
        return fixture.environment.metrics.value(
            of: "controller_runtime_informer_state",
            labels: ["informer": "configmaps", "state": state]
        )
    }

    @Test("state, objects, bytes and revision are gauges; lists, watches, events and failures are counted")
    func gauges() async throws {
        let fixture = CacheFixture()
        let informer = try fixture.cache.declare(ConfigMap.self)
        let metrics = fixture.environment.metrics
        #expect(state(fixture, "stopped") == 1)
        try await fixture.run { fixture in
            await fixture.server.nextRequest().respond(errorCode: 404, reason: "NotFound", message: "no such kind")
            for await status in informer.statuses() { if case .missingKind = status { break } }
            #expect(state(fixture, "missing_kind") == 1 && state(fixture, "synced") == 0)
            await fixture.clock.advanceToNextBackoff()
            let feed = await fixture.answer((0..<100).map { Served.configMap("o\($0)", $0 + 1) }, version: 200)
            let caughtUp = Latch<Void>()
            informer.whenCaughtUp(to: "300") { caughtUp.open(()) }
            feed.send(Served.event("ADDED", Served.configMap("p", 300)))
            _ = await caughtUp.wait()
            #expect(state(fixture, "synced") == 1 && state(fixture, "missing_kind") == 0)
            let labels = ["informer": "configmaps", "group": "", "version": "v1", "kind": "ConfigMap"]
            #expect(metrics.value(of: "controller_runtime_informer_objects", labels: labels) == 101)
            let bytes = try #require(metrics.value(of: "controller_runtime_informer_store_bytes", labels: labels))
            #expect(bytes > 101 * 100 && bytes < 101 * 5000)
            #expect(
                metrics.value(
                    of: "informer_store_resource_version",
                    labels: ["name": "configmaps", "group": "", "version": "v1", "resource": "configmaps"]
                ) == 300
            )
            let name = ["name": "configmaps"]
            #expect(metrics.value(of: "reflector_lists_total", labels: name) == 2)
            #expect(metrics.value(of: "reflector_watches_total", labels: name) == 1)
            #expect(metrics.value(of: "reflector_events_total", labels: name) == 1)
            #expect(
                metrics.value(of: "reflector_failures_total", labels: ["name": "configmaps", "reason": "missing_kind"]) == 1
            )
        }
    }

    @Test("kcp #4007: the metrics of a watch go away with it; those of others stay")
    func removed() async throws {
        try await CacheFixture().run { fixture in
            let metrics = fixture.environment.metrics
            metrics.gauge("workqueue_depth", labels: ["name": "configmaps", "controller": "configmaps"]).set(3)
            let handle = try fixture.cache.watch(ConfigMap.self)
            await fixture.answer([Served.configMap("a", 1)])
            try await handle.informer.waitUntilSynced()
            #expect(metrics.render().contains("reflector_lists_total{name=\"configmaps\"} 1"))
            #expect(metrics.render().contains("informer=\"configmaps\""))
            handle.release()
            let text = metrics.render()
            #expect(!text.contains("informer=\"configmaps\""))
            #expect(!text.contains("reflector_lists_total{") && !text.contains("informer_store_resource_version{"))
            #expect(text.contains("workqueue_depth{"))
        }
    }

    @Test("the estimate grows with the objects and with their size, and is nothing for nothing")
    func estimate() {
        func store(_ count: Int, bytes: Int) -> Store<ConfigMap> {
            var store = Store<ConfigMap>()
            for number in 0..<count {
                _ = store.update(
                    ConfigMap(
                        metadata: ObjectMeta(name: "o\(number)", namespace: "ns", resourceVersion: "\(number + 1)"),
                        data: ["k": String(repeating: "x", count: bytes)]
                    )
                )
            }
            return store
        }
        #expect(store(0, bytes: 10).estimatedBytes() == 0)
        let small = store(1000, bytes: 100).estimatedBytes()
        let large = store(1000, bytes: 10_100).estimatedBytes()
        #expect(abs(large - small - 10_000_000) < 100_000)
        let twice = store(2000, bytes: 100).estimatedBytes()
        #expect(abs(twice - 2 * small) < small / 20)
    }
}
