// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import KubernetesCore
import KubernetesMeta
import Testing

@Suite("Watches of the cache", .timeLimit(.minutes(1)))
struct CacheWatchTests {
    @Test("informers of one kind and scope are shared: two declarations make one list and one watch")
    func shared() async throws {
        let fixture = CacheFixture()
        let first = try fixture.cache.declare(ConfigMap.self)
        let second = try fixture.cache.declare(ConfigMap.self, indexes: ["k": { $0.data?["k"].map { [$0] } ?? [] }])
        #expect(first === second)
        let handle = try fixture.cache.watch(ConfigMap.self)
        #expect(handle.informer === first)
        let other = try fixture.cache.declare(
            ConfigMap.self,
            scope: CacheScope(labels: LabelSelector(.equals("app", "web")))
        )
        #expect(other !== first)
        #expect(other.name == "configmaps-2", "a name of its own in log, health and metrics")
        try await fixture.run { fixture in
            var selectors: [String?] = []
            for _ in 0..<2 {
                let list = await fixture.server.nextRequest()
                selectors.append(list.query["labelSelector"])
                list.respond(json: Served.list([Served.configMap("a", 3)], version: 10))
            }
            #expect(Set(selectors) == [nil, "app%3Dweb"])
            _ = await fixture.openWatch()
            _ = await fixture.openWatch()
            try await fixture.cache.waitUntilSynced()
            #expect(fixture.server.pendingCount == 0)
            #expect(first.list(index: "k", value: "3").count == 1, "an index of the second declaration")
        }
    }

    @Test("an index that comes later files what is there")
    func laterIndex() async throws {
        let fixture = CacheFixture()
        let informer = try fixture.cache.declare(ConfigMap.self)
        try await fixture.run { fixture in
            await fixture.answer([Served.configMap("a", 3)])
            try await fixture.cache.waitUntilSynced()
            let handle = try fixture.cache.watch(ConfigMap.self, indexes: ["k": { $0.data?["k"].map { [$0] } ?? [] }])
            #expect(informer.list(index: "k", value: "3").map(\.metadata.name) == ["a"])
            handle.release()
        }
    }

    @Test("a second declaration that wants something else is refused")
    func conflicts() throws {
        let fixture = CacheFixture()
        try fixture.cache.declare(ConfigMap.self, indexes: ["k": { _ in [] }])
        for error in [
            fixture.error { () throws(CacheError) in try fixture.cache.declare(ConfigMap.self, indexes: ["k": { _ in [] }]) },
            fixture.error { () throws(CacheError) in
                try fixture.cache.declare(ConfigMap.self, transform: .droppingManagedFields)
            },
        ] { #expect(error?.code == .conflictingDeclaration) }
        #expect(
            fixture.error { () throws(CacheError) in try fixture.cache.declare(Node.self, scope: .namespace("x")) }?.code
                == .invalidScope
        )
        #expect(
            fixture.error { () throws(CacheError) in try fixture.cache.declare(Pod.self, scope: CacheScope(.named([]))) }?.code
                == .invalidScope
        )
    }

    @Test("c-r #1884: a watch is started at run time, and stopped when its last handle is released; nothing of it is left behind")
    func runTime() async throws {
        try await CacheFixture().run { fixture in
            let first = try fixture.cache.watch(ConfigMap.self)
            let feed = await fixture.answer([Served.configMap("a", 3)])
            try await first.informer.waitUntilSynced()
            let second = try fixture.cache.watch(ConfigMap.self)
            #expect(second.informer === first.informer)
            #expect(fixture.environment.health.render(.ready, check: "informer-configmaps") != nil)
            first.release()
            first.release()
            #expect(try fixture.cache.get(ConfigMap.self, ObjectKey(namespace: "ns", name: "a")) != nil)
            #expect(!feed.isDropped)
            let statuses = first.informer.statuses()
            second.release()
            for await _ in statuses {}  // ends with the informer
            #expect(first.informer.status == .stopped)
            #expect(feed.isDropped)
            #expect(fixture.environment.health.render(.ready, check: "informer-configmaps") == nil)
            #expect(fixture.environment.debug.snapshot(.caches, of: "configmaps") == nil)
            #expect(fixture.error { () throws(CacheError) in try fixture.cache.list(ConfigMap.self) }?.code == .undeclared)
            // And again, from the beginning.
            let third = try fixture.cache.watch(ConfigMap.self)
            #expect(third.informer !== first.informer)
            await fixture.answer([], version: 20)
            try await third.informer.waitUntilSynced()
            #expect(try fixture.cache.list(ConfigMap.self).isEmpty)
        }
    }

    @Test("a handle that is forgotten is released")
    func forgotten() async throws {
        try await CacheFixture().run { fixture in
            var handle: InformerHandle<ConfigMap>? = try fixture.cache.watch(ConfigMap.self)
            let informer = try #require(handle?.informer)
            let feed = await fixture.answer([])
            let statuses = informer.statuses()
            handle = nil
            for await _ in statuses {}
            #expect(feed.isDropped)
        }
    }

    @Test("what is declared gates readiness; what is watched at run time only says where it stands")
    func readiness() async throws {
        let fixture = CacheFixture()
        try fixture.cache.declare(ConfigMap.self)
        try await fixture.run { fixture in
            await fixture.answer([])
            try await fixture.cache.waitUntilSynced()
            let handle = try fixture.cache.watch(Secret.self)
            let list = await fixture.server.nextRequest()
            list.respond(errorCode: 403, reason: "Forbidden", message: "secrets is forbidden")
            for await status in handle.informer.statuses() { if case .forbidden = status { break } }
            let report = fixture.environment.health.render(.ready, verbose: true)
            #expect(report.isHealthy)
            #expect(report.text.contains("[+]informer-configmaps ok\n"))
            #expect(report.text.contains("[+]informer-secrets ok: forbidden: "))
            try fixture.cache.declare(Secret.self)
            #expect(!fixture.environment.health.render(.ready).isHealthy)
        }
    }

    @Test("some namespaces are followed by a watch each, into one store; each has a revision of its own")
    func namespaces() async throws {
        let fixture = CacheFixture()
        let informer = try fixture.cache.declare(ConfigMap.self, scope: CacheScope(.named(["x", "y"])))
        #expect(informer.name == "x+y/configmaps")
        try await fixture.run { fixture in
            for _ in 0..<2 {
                let list = await fixture.server.nextRequest()
                let isFirst = list.path == "/api/v1/namespaces/x/configmaps"
                #expect(isFirst || list.path == "/api/v1/namespaces/y/configmaps")
                let object = Served.configMap("a", isFirst ? 3 : 4, namespace: isFirst ? "x" : "y")
                list.respond(json: Served.list([object], version: isFirst ? 10 : 20))
            }
            var feeds: [String: BodyFeed] = [:]
            for _ in 0..<2 {
                let watch = await fixture.server.nextRequest()
                feeds[watch.path] = BodyFeed()
                watch.respond(feed: try #require(feeds[watch.path]))
            }
            try await fixture.cache.waitUntilSynced()
            #expect(try fixture.cache.list(ConfigMap.self).count == 2)
            #expect(informer.hasCaughtUp(to: "15", in: "y") && !informer.hasCaughtUp(to: "15", in: "x"))
            #expect(!informer.hasCaughtUp(to: "15"), "the oldest counts for all")
            #expect(informer.hasCaughtUp(to: "15", in: "z"), "nothing of it will ever come")
            let isThere = Latch<Void>()
            informer.whenCaughtUp(to: "30", in: "x") { isThere.open(()) }
            feeds["/api/v1/namespaces/x/configmaps"]?.send(Served.event("ADDED", Served.configMap("b", 30, namespace: "x")))
            _ = await isThere.wait()
            #expect(try fixture.cache.list(ConfigMap.self, namespace: "x").count == 2)
            #expect(informer.status == .synced)
        }
    }

    @Test("a list of one namespace takes nothing from another; the worst namespace is what the status tells")
    func relistOfOne() async throws {
        let fixture = CacheFixture()
        let informer = try fixture.cache.declare(ConfigMap.self, scope: CacheScope(.named(["x", "y"])))
        try await fixture.run { fixture in
            var feeds: [BodyFeed] = []
            for _ in 0..<4 {
                let request = await fixture.server.nextRequest()
                if request.query["watch"] == nil {
                    let namespace = request.path.contains("/x/") ? "x" : "y"
                    request.respond(json: Served.list([Served.configMap("a", 3, namespace: namespace)], version: 10))
                } else {
                    let feed = BodyFeed()
                    if request.path.contains("/x/") { feeds.append(feed) }
                    request.respond(feed: feed)
                }
            }
            try await fixture.cache.waitUntilSynced()
            feeds[0].send(Served.bookmark(12))
            feeds[0].send(Served.error(410, "Expired"))
            let relist = await fixture.server.nextRequest()
            #expect(relist.path == "/api/v1/namespaces/x/configmaps")
            relist.respond(errorCode: 403, reason: "Forbidden", message: "no more")
            for await case .forbidden(let why) in informer.statuses() {
                #expect(why.hasPrefix("x: "))
                break
            }
            await fixture.clock.advanceToNextBackoff()
            await fixture.server.nextRequest().respond(json: Served.list([], version: 15))
            _ = await fixture.openWatch()
            for await status in informer.statuses() where status == .synced { break }
            #expect(informer.list().map(\.metadata.namespace) == ["y"])
        }
    }

    @Test("the end of the cache ends its watches and refuses reads")
    func end() async throws {
        let fixture = CacheFixture()
        try fixture.cache.declare(ConfigMap.self)
        let feed = Latch<BodyFeed>()
        try await fixture.run { fixture in feed.open(await fixture.answer([])) }
        #expect(feed.value?.isDropped == true)
        #expect(fixture.error { () throws(CacheError) in try fixture.cache.list(ConfigMap.self) }?.code == .ended)
        #expect(fixture.error { () throws(CacheError) in try fixture.cache.declare(Pod.self) }?.code == .ended)
        await #expect(throws: CacheError.self) { try await fixture.cache.run() }
    }
}
