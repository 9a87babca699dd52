// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import KubernetesClient
import KubernetesCore
import KubernetesMeta
import Logging
import Testing

@Suite("A reconciler never sees a cache from before its own write", .timeLimit(.minutes(1)))
struct ReadYourWritesTests {
    private struct Setup {
        let clock = ManualClock()
        let server = ScriptedTransport()
        let calls = Calls<(stale: Bool, cached: String?)>()
        let informer: Informer<ConfigMap>
        let controller: Controller<Writer>
        let environment: RuntimeEnvironment

        init(fieldSelector: String? = nil, writing other: String? = nil) {
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            environment = RuntimeEnvironment(time: clock.timeSource, random: .seeded(1), logger: logger)
            let client = KubernetesClient(transport: server, retryPolicy: .never, logger: logger, sleep: { _ in })
            informer = Informer(
                client: client,
                options: InformerOptions(fieldSelector: fieldSelector),
                environment: environment
            )
            controller = Controller(
                name: "writer",
                reconciler: Writer(calls: calls, informer: informer, other: other),
                options: ControllerOptions(readYourWritesBound: .seconds(10)),
                environment: environment
            ).watches(informer)
        }

        func run(_ body: (Setup, BodyFeed) async throws -> Void) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await informer.run() }
                group.addTask { try await controller.run() }
                defer { group.cancelAll() }
                await server.nextRequest().respond(json: Served.list([Served.configMap("a", 5)], version: 10))
                let feed = BodyFeed()
                await server.nextRequest().respond(feed: feed)
                try await body(self, feed)
            }
        }
    }

    /// Pretends to have written revision 50 when it sees revision 5.
    private struct Writer: Reconciler {
        let calls: Calls<(stale: Bool, cached: String?)>
        let informer: Informer<ConfigMap>
        /// What it writes; nil for the object that it reconciles.
        let other: String?

        func reconcile(_ key: ObjectKey, context: ReconcileContext) async throws -> ReconcileResult {
            let cached = informer.get(key)
            calls.put((context.cacheMayBeStale, cached?.metadata.resourceVersion))
            guard cached?.metadata.resourceVersion == "5", !context.cacheMayBeStale else { return .done }
            let name = other ?? key.name
            context.wrote(ConfigMap(metadata: ObjectMeta(name: name, namespace: key.namespace, resourceVersion: "50")))
            return .done
        }
    }

    private let key = ObjectKey(namespace: "ns", name: "a")

    @Test("an informer that follows other names is not waited for: it will never see the write")
    func otherNames() async throws {
        try await Setup(fieldSelector: "metadata.name=a", writing: "code").run { setup, _ in
            #expect(await setup.calls.next().cached == "5")
            setup.controller.queue.add(key)
            let next = await setup.calls.next()
            #expect(next.cached == "5" && !next.stale)
        }
        try await Setup(fieldSelector: "metadata.name=a,metadata.namespace!=x", writing: "a").run { setup, feed in
            #expect(await setup.calls.next().cached == "5")
            setup.controller.queue.add(key)
            feed.send(Served.event("MODIFIED", Served.configMap("a", 50)))
            #expect(await setup.calls.next().cached == "50", "its own name is")
        }
    }

    @Test("the key is held, not the worker, until the informer has seen the write")
    func held() async throws {
        try await Setup().run { setup, feed in
            #expect(await setup.calls.next().cached == "5")
            setup.controller.queue.add(key)
            setup.controller.queue.add(ObjectKey(name: "other"))
            #expect(await setup.calls.next().cached == nil, "the worker goes on with other keys")
            feed.send(Served.event("ADDED", Served.configMap("b", 49)))
            #expect(await setup.calls.next().cached == "49")
            #expect(setup.calls.rest.isEmpty)
            feed.send(Served.event("MODIFIED", Served.configMap("a", 50)))
            let next = await setup.calls.next()
            #expect(next.cached == "50")
            #expect(!next.stale)
        }
    }

    @Test("a bookmark past the write is enough: the object may have left the selection")
    func bookmark() async throws {
        try await Setup().run { setup, feed in
            #expect(await setup.calls.next().cached == "5")
            setup.controller.queue.add(key)
            feed.send(Served.event("DELETED", Served.configMap("a", 51)))
            #expect(await setup.calls.next().cached == nil)
        }
    }

    @Test("when the cache does not catch up in time, the key goes on and is told to read live")
    func bound() async throws {
        try await Setup().run { setup, _ in
            #expect(await setup.calls.next().cached == "5")
            setup.controller.queue.add(key)
            await setup.clock.waitForSleeper(until: setup.clock.now.advanced(by: .seconds(10)))
            setup.clock.advance(by: .seconds(10))
            let next = await setup.calls.next()
            #expect(next.stale)
            #expect(
                setup.environment.metrics.value(
                    of: "controller_runtime_cache_wait_timeouts_total",
                    labels: ["controller": "writer"]
                ) == 1
            )
        }
    }
}
