// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import KubernetesClient
import KubernetesCore
import KubernetesMeta
import Testing

/// What client-go's reflector and store promise, and where re-implementations go wrong. Numbers are those of the comparison in docs.
@Suite("What a reflector must get right", .timeLimit(.minutes(1)))
struct ReflectorSemanticsTests {
    /// Runs a cache with one declared informer, answered as the test likes.
    private func run(
        _ body: (CacheFixture, Informer<ConfigMap>) async throws -> Void
    ) async throws {
        let fixture = CacheFixture(options: InformerOptions(initialState: .pages))
        let informer = try fixture.cache.declare(ConfigMap.self)
        try await fixture.run { try await body($0, informer) }
    }

    @Test("2.1.2 every list asks for the newest state, also after 410: time never goes back to a stale server's")
    func listsAskForTheNewest() async throws {
        try await run { fixture, _ in
            for round in 0..<2 {
                let list = await fixture.server.nextRequest()
                #expect(list.query["resourceVersion"] == nil && list.query["resourceVersionMatch"] == nil)
                list.respond(json: Served.list([], version: 10 * (round + 1)))
                let feed = await fixture.openWatch()
                feed.send(Served.bookmark(10 * (round + 1) + 5) + Served.error(410, "Expired"))
            }
        }
    }

    @Test("2.1.2 a server that is behind the watch's revision is listed again, after a wait", arguments: [true, false])
    func tooLargeRevision(inStream: Bool) async throws {
        try await run { fixture, informer in
            let feed = await fixture.answer([Served.configMap("a", 3)])
            if inStream {
                feed.send(Served.error(504, "Timeout", message: "Too large resource version: 10, current: 7"))
            } else {
                feed.send(Served.event("ADDED", Served.configMap("b", 11)))
                feed.finish()
                await fixture.server.nextRequest()
                    .respond(errorCode: 504, reason: "Timeout", message: "Too large resource version: 11, current: 7")
            }
            for await case .interrupted(let why) in informer.statuses() {
                #expect(why.contains("Too large resource version"))
                break
            }
            await fixture.clock.advanceToNextBackoff()
            let list = await fixture.server.nextRequest()
            #expect(list.query["watch"] == nil && list.query["resourceVersion"] == nil)
            list.respond(json: Served.list([], version: 7))
            #expect(await fixture.server.nextRequest().query["resourceVersion"] == "7")
            #expect(informer.list().isEmpty, "the server's state counts, older or not")
        }
    }

    @Test("2.1.3 a continue token that expires in the middle falls back to one list without pages")
    func expiredToken() async throws {
        try await run { fixture, informer in
            await fixture.server.nextRequest()
                .respond(json: Served.list([Served.configMap("old", 1)], version: 10, continueToken: "t"))
            let second = await fixture.server.nextRequest()
            #expect(second.query["continue"] == "t" && second.query["limit"] == "500")
            second.respond(errorCode: 410, reason: "Expired", message: "the token is too old")
            let full = await fixture.server.nextRequest()
            #expect(full.query["continue"] == nil && full.query["limit"] == nil)
            full.respond(json: Served.list([Served.configMap("a", 3)], version: 20))
            try await informer.waitUntilSynced()
            #expect(informer.list().map(\.metadata.name) == ["a"], "nothing of the half list stays")
        }
    }

    @Test("2.1.4 each watch asks for bookmarks and for 5 to 10 minutes")
    func watchParameters() async throws {
        try await run { fixture, _ in
            await fixture.server.nextRequest().respond(json: Served.list([], version: 10))
            let watch = await fixture.server.nextRequest()
            #expect(watch.query["allowWatchBookmarks"] == "true" && watch.query["resourceVersion"] == "10")
            let seconds = try #require(watch.query["timeoutSeconds"].flatMap { Int($0) })
            #expect((300...600).contains(seconds))
        }
    }

    @Test("2.2 an event of another kind is reported and healed by a list, instead of being lost in silence")
    func wrongKind() async throws {
        try await run { fixture, informer in
            let feed = await fixture.answer([Served.configMap("a", 3)])
            let secret = #"{"kind":"Secret","apiVersion":"v1","metadata":{"name":"s","resourceVersion":"11"}}"#
            feed.send(Served.event("ADDED", secret))
            for await status in informer.statuses() {
                guard case .interrupted(let why) = status else { continue }
                #expect(why.contains("Secret"))
                break
            }
            #expect(informer.list().map(\.metadata.name) == ["a"])
            await fixture.clock.advanceToNextBackoff()
            await fixture.answer([Served.configMap("a", 3), Served.configMap("b", 12)], version: 20)
            for await status in informer.statuses() where status == .synced { break }
            #expect(informer.snapshot().count == 2)
        }
    }

    @Test(
        "2.2 a server that asks to slow down, at the start of a watch or within, is obeyed, and the watch resumed",
        arguments: [true, false]
    )
    func throttled(inStream: Bool) async throws {
        try await run { fixture, informer in
            let feed = await fixture.answer([])
            feed.send(Served.event("ADDED", Served.configMap("a", 11)))
            if inStream {
                feed.send(Served.error(429, "TooManyRequests"))
            } else {
                feed.finish()
                await fixture.server.nextRequest().respond(
                    status: 429,
                    json: #"{"kind":"Status","status":"Failure","code":429,"reason":"TooManyRequests","message":"slow down"}"#,
                    headers: [("Retry-After", "40")]
                )
            }
            for await case .interrupted in informer.statuses() { break }
            if !inStream {
                let longest = fixture.clock.now.advanced(by: .seconds(60))
                let shortest = fixture.clock.now.advanced(by: .seconds(40))
                await fixture.clock.waitForSleeper(where: { $0 >= shortest && $0 <= longest })
            }
            await fixture.clock.advanceToNextBackoff()
            let again = await fixture.server.nextRequest()
            #expect(again.query["watch"] == "true" && again.query["resourceVersion"] == "11")
        }
    }

    @Test("2.2 an error in the stream counts only for what comes after it")
    func eventsBeforeAnError() async throws {
        try await run { fixture, informer in
            let feed = await fixture.answer([])
            feed.send(Served.event("ADDED", Served.configMap("a", 11)) + Served.error(500, "InternalError"))
            for await status in informer.statuses() { if case .interrupted = status { break } }
            #expect(informer.list().map(\.metadata.name) == ["a"])
            await fixture.clock.advanceToNextBackoff()
            #expect(await fixture.server.nextRequest().query["watch"] == nil, "an internal error lists again")
        }
    }

    @Test("2.3 an object that a list misses is told as deleted with its last known state, before anything new")
    func missedDeletion() async throws {
        try await run { fixture, informer in
            let feed = await fixture.answer([Served.configMap("gone", 3), Served.configMap("stays", 4)])
            try await informer.waitUntilSynced()
            let told = Calls<[ObjectChange<ConfigMap>]>()
            informer.onChange { told.put($0) }
            _ = await told.next()
            feed.send(Served.bookmark(12) + Served.error(410, "Gone"))
            await fixture.answer([Served.configMap("stays", 4), Served.configMap("new", 15)], version: 20)
            let changes = await told.next()
            #expect(changes.map(\.key.name) == ["gone", "new"])
            #expect(changes[0].new == nil && changes[0].old?.data == ["k": "3"])
            #expect(changes[1].old == nil)
        }
    }

    @Test("2.3 an object deleted and made again between two lists is one change; the UIDs tell")
    func remade() async throws {
        try await run { fixture, informer in
            let feed = await fixture.answer([Served.configMap("a", 3)])
            try await informer.waitUntilSynced()
            let told = Calls<[ObjectChange<ConfigMap>]>()
            informer.onChange { told.put($0) }
            _ = await told.next()
            feed.send(Served.bookmark(12) + Served.error(410, "Expired"))
            let other = Served.configMap("a", 15, uid: "u-b")
            await fixture.answer([other], version: 20)
            let changes = await told.next()
            #expect(changes.count == 1)
            #expect(changes[0].old?.metadata.uid == "u-a" && changes[0].new?.metadata.uid == "u-b")
        }
    }

    @Test("2.3 whoever is told of a change finds it in the store, and in the order of the server")
    func storeFirst() async throws {
        try await run { fixture, informer in
            let feed = await fixture.answer([])
            try await informer.waitUntilSynced()
            let told = Calls<(event: String?, store: String?)>()
            informer.onChange { [weak informer] changes in
                for change in changes {
                    told.put((change.new?.metadata.resourceVersion, informer?.get(change.key)?.metadata.resourceVersion))
                }
            }
            for version in 11...13 { feed.send(Served.event("MODIFIED", Served.configMap("a", version))) }
            for version in 11...13 {
                let (event, store) = await told.next()
                #expect(event == "\(version)")
                #expect(ResourceRevision.isAtLeast(store ?? "", event ?? "") == true)
            }
        }
    }

    @Test("2.3 a list that changes nothing is told to nobody: there is no resync")
    func noResync() async throws {
        try await run { fixture, informer in
            let feed = await fixture.answer([Served.configMap("a", 3)])
            try await informer.waitUntilSynced()
            let told = Calls<[String]>()
            informer.onChange { told.put($0.map(\.key.name)) }
            #expect(await told.next() == ["a"])
            feed.send(Served.bookmark(12) + Served.error(410, "Expired"))
            let second = await fixture.answer([Served.configMap("a", 3)], version: 20)
            second.send(Served.event("ADDED", Served.configMap("b", 21)))
            #expect(await told.next() == ["b"])
        }
    }

    @Test("a list that brings what is known takes it from the store, so that listing again needs no memory twice")
    func relistShares() async throws {
        let fixture = CacheFixture(options: InformerOptions(initialState: .pages))
        let changed = Locked(0)
        let informer = try fixture.cache.declare(
            ConfigMap.self,
            transform: ObjectTransform { _ in changed.withLock { $0 += 1 } }
        )
        try await fixture.run { fixture in
            let feed = await fixture.answer([Served.configMap("a", 3), Served.configMap("b", 4)])
            try await informer.waitUntilSynced()
            feed.send(Served.bookmark(12) + Served.error(410, "Expired"))
            let caughtUp = Latch<Void>()
            informer.whenCaughtUp(to: "20") { caughtUp.open(()) }
            await fixture.answer([Served.configMap("a", 3), Served.configMap("b", 15)], version: 20)
            _ = await caughtUp.wait()
            #expect(changed.withLock { $0 } == 3)
        }
    }
}
