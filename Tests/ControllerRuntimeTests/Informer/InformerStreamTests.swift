// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import KubernetesClient
import KubernetesCore
import KubernetesMeta
import Testing

@Suite("An informer whose state is streamed", .timeLimit(.minutes(1)))
struct InformerStreamTests {
    private func fixture() -> CacheFixture { CacheFixture(options: InformerOptions(initialState: .stream)) }

    private func end(_ version: Int) -> String {
        Served.event(
            "BOOKMARK",
            #"{"kind":"ConfigMap","apiVersion":"v1","metadata":{"resourceVersion":"\#(version)","#
                + #""annotations":{"k8s.io/initial-events-end":"true"}}}"#
        )
    }

    @Test("§2.1.1: one watch brings the state, shown only when its bookmark has come, and goes on with changes")
    func stream() async throws {
        let fixture = fixture()
        let informer = try fixture.cache.declare(ConfigMap.self)
        try await fixture.run { fixture in
            var changes = informer.changes().makeAsyncIterator()
            let watch = await fixture.server.nextRequest()
            #expect(watch.query["watch"] == "true" && watch.query["sendInitialEvents"] == "true")
            #expect(watch.query["resourceVersionMatch"] == "NotOlderThan" && watch.query["allowWatchBookmarks"] == "true")
            #expect(watch.query["resourceVersion"] == nil, "the newest state")
            let feed = BodyFeed()
            watch.respond(feed: feed)
            feed.send(Served.event("ADDED", Served.configMap("a", 3)))
            feed.send(Served.event("ADDED", Served.configMap("b", 4)))
            feed.send(Served.event("DELETED", Served.configMap("b", 5)))
            for await status in informer.statuses() { if case .listing(let count) = status, count >= 3 { break } }
            #expect(informer.snapshot().count == 0 && !informer.hasSynced, "half a state is not shown")
            // The bookmark and what follows it in one piece.
            let later = [("ADDED", "c", 11), ("DELETED", "a", 12)]
            feed.send(end(10) + later.map { Served.event($0.0, Served.configMap($0.1, $0.2)) }.joined())
            var seen: Set<String> = []
            while !informer.hasCaughtUp(to: "12") { seen.formUnion(await changes.next()?.keys.map(\.name) ?? []) }
            #expect(informer.status == .synced)
            #expect(informer.list().map(\.metadata.name) == ["c"])
            // It broke; the next one starts from where it was, without a state.
            feed.fail(TransportError(.closed, "gone"))
            await fixture.clock.advanceToNextBackoff()
            let again = await fixture.server.nextRequest()
            #expect(again.query["resourceVersion"] == "12" && again.query["sendInitialEvents"] == nil)
        }
    }

    @Test(
        "a server that does not stream is asked for pages at once",
        arguments: [(422, "Invalid"), (400, "BadRequest")]
    )
    func refused(code: Int, reason: String) async throws {
        let fixture = fixture()
        try fixture.cache.declare(ConfigMap.self)
        try await fixture.run { fixture in
            await fixture.server.nextRequest()
                .respond(errorCode: code, reason: reason, message: "sendInitialEvents is forbidden for watch")
            let list = await fixture.server.nextRequest()
            #expect(list.query["watch"] == nil && list.query["limit"] == "500")
            list.respond(json: Served.list([Served.configMap("a", 3)], version: 10))
            try await fixture.cache.waitUntilSynced()
            let watch = await fixture.server.nextRequest()
            #expect(watch.query["resourceVersion"] == "10")
        }
    }

    @Test("a server that never ends the state, as old ones do, is asked for pages after half a minute of silence")
    func neverEnds() async throws {
        let fixture = fixture()
        let informer = try fixture.cache.declare(ConfigMap.self)
        try await fixture.run { fixture in
            let feed = BodyFeed()
            await fixture.server.nextRequest().respond(feed: feed)
            feed.send(Served.event("ADDED", Served.configMap("a", 3)))
            for await status in informer.statuses() where status == .listing(received: 1) { break }
            await fixture.clock.waitForSleeper(until: MonotonicInstant(nanoseconds: 30_000_000_000))
            fixture.clock.advance(by: .seconds(30))
            let list = await fixture.server.nextRequest()
            #expect(list.query["watch"] == nil)
            #expect(feed.isDropped)
        }
    }

    @Test("after the state, silence is allowed as long as in any watch")
    func silenceAfterwards() async throws {
        let fixture = fixture()
        let informer = try fixture.cache.declare(ConfigMap.self)
        try await fixture.run { fixture in
            let feed = BodyFeed()
            await fixture.server.nextRequest().respond(feed: feed)
            feed.send(end(10))
            try await informer.waitUntilSynced()
            for _ in 0..<2 {
                fixture.clock.advance(by: .seconds(70))
                let caughtUp = Latch<Void>()
                let revision = Int(fixture.clock.now.nanoseconds / 1_000_000_000)
                informer.whenCaughtUp(to: "\(revision)") { caughtUp.open(()) }
                feed.send(Served.bookmark(revision))
                _ = await caughtUp.wait()
            }
            #expect(!feed.isDropped && informer.status == .synced)
        }
    }

    @Test("while the state is streamed anew, the store keeps what it had; what vanished is told as deleted")
    func relist() async throws {
        let fixture = fixture()
        let informer = try fixture.cache.declare(ConfigMap.self)
        try await fixture.run { fixture in
            let first = BodyFeed()
            await fixture.server.nextRequest().respond(feed: first)
            for (name, version) in [("a", 3), ("b", 4)] { first.send(Served.event("ADDED", Served.configMap(name, version))) }
            first.send(end(10))
            try await informer.waitUntilSynced()
            let deleted = Calls<String>()
            informer.onChange { changes in for change in changes where change.new == nil { deleted.put(change.key.name) } }
            first.send(Served.bookmark(12) + Served.error(410, "Expired"))
            let second = BodyFeed()
            await fixture.server.nextRequest().respond(feed: second)
            second.send(Served.event("ADDED", Served.configMap("a", 3)))
            #expect(informer.snapshot().count == 2)
            second.send(end(30))
            #expect(await deleted.next() == "b")
            #expect(informer.list().map(\.metadata.name) == ["a"])
        }
    }
}
