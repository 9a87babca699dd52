// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import KubernetesClient
import KubernetesCore
import Logging
import Testing

@Suite("The informer against a scripted server", .timeLimit(.minutes(1)))
struct InformerTests {
    /// An informer that runs, the server that the test plays, and the clock.
    private struct Setup {
        let clock = ManualClock()
        let server = ScriptedTransport()
        let informer: Informer<ConfigMap>

        init(options: InformerOptions = InformerOptions()) {
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let clock = clock
            let client = KubernetesClient(
                transport: server,
                retryPolicy: .never,
                logger: logger,
                sleep: { try await clock.timeSource.sleep(for: $0) }
            )
            let environment = RuntimeEnvironment(time: clock.timeSource, random: .seeded(1), logger: logger)
            informer = Informer(
                client: client,
                options: options,
                indexes: ["value": { $0.data?["k"].map { [$0] } ?? [] }],
                environment: environment
            )
        }

        /// Runs the informer while `body` plays the server.
        func run(_ body: (Setup) async throws -> Void) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await informer.run() }
                defer { group.cancelAll() }
                try await body(self)
            }
        }

        /// Answers a list of these objects at revision 10 and opens the watch.
        func sync(_ objects: [String] = []) async throws -> BodyFeed {
            let list = await server.nextRequest()
            #expect(list.query["watch"] == nil)
            list.respond(json: Served.list(objects, version: 10))
            try await informer.waitUntilSynced()
            return await openWatch(revision: "10")
        }

        func openWatch(revision: String) async -> BodyFeed {
            let watch = await server.nextRequest()
            #expect(watch.query["watch"] == "true" || watch.query["watch"] == "1")
            #expect(watch.query["resourceVersion"] == revision)
            #expect(watch.query["allowWatchBookmarks"] == "true" || watch.query["allowWatchBookmarks"] == "1")
            let feed = BodyFeed()
            watch.respond(feed: feed)
            return feed
        }

        /// Waits until the informer has told a change, and returns the keys' names.
        func nextChange(_ changes: inout InformerChanges<ConfigMap>.AsyncIterator) async -> [String] {
            (await changes.next()?.keys ?? []).map(\.name).sorted()
        }

        func waitFor(_ status: (InformerStatus) -> Bool) async {
            for await current in informer.statuses() where status(current) { return }
        }
    }

    private func key(_ name: String) -> ObjectKey { ObjectKey(namespace: "ns", name: name) }

    @Test("it lists by pages, then follows the watch; the store has changed before anyone is told")
    func follow() async throws {
        try await Setup(options: InformerOptions(pageSize: 1)).run { setup in
            var changes = setup.informer.changes().makeAsyncIterator()
            let first = await setup.server.nextRequest()
            #expect(first.query["limit"] == "1")
            #expect(!setup.informer.hasSynced)
            first.respond(json: Served.list([Served.configMap("a", 3)], version: 10, continueToken: "next"))
            let second = await setup.server.nextRequest()
            #expect(second.query["continue"] == "next")
            #expect(setup.informer.list().isEmpty, "half a list is not shown")
            second.respond(json: Served.list([Served.configMap("b", 4)], version: 10))
            #expect(await setup.nextChange(&changes) == ["a", "b"])
            #expect(setup.informer.hasSynced)
            let feed = await setup.openWatch(revision: "10")
            feed.send(Served.event("MODIFIED", Served.configMap("a", 11)))
            #expect(await setup.nextChange(&changes) == ["a"])
            #expect(setup.informer.get(key("a"))?.data == ["k": "11"])
            #expect(setup.informer.list(index: "value", value: "11").count == 1)
            feed.send(Served.event("DELETED", Served.configMap("b", 12)))
            #expect(await setup.nextChange(&changes) == ["b"])
            #expect(setup.informer.get(key("b")) == nil)
            #expect(setup.informer.hasCaughtUp(to: "12"))
            #expect(!setup.informer.hasCaughtUp(to: "13"))
        }
    }

    @Test("events cut anywhere by the network, and several in one piece, are all seen")
    func chunks() async throws {
        try await Setup().run { setup in
            var changes = setup.informer.changes().makeAsyncIterator()
            let feed = try await setup.sync()
            let text = (11...40).map { Served.event("ADDED", Served.configMap("o\($0)", $0)) }.joined()
            let bytes = Array(text.utf8)
            for start in stride(from: 0, to: bytes.count, by: 7) { feed.send(Array(bytes[start..<min(start + 7, bytes.count)])) }
            var seen: Set<String> = []
            while seen.count < 30 { seen.formUnion(await setup.nextChange(&changes)) }
            #expect(setup.informer.list().count == 30)
        }
    }

    @Test("410 in the stream lists anew; what vanished in between is told as deleted")
    func gone() async throws {
        try await Setup().run { setup in
            var changes = setup.informer.changes().makeAsyncIterator()
            let feed = try await setup.sync([Served.configMap("a", 3), Served.configMap("b", 4)])
            #expect(await setup.nextChange(&changes) == ["a", "b"])
            feed.send(Served.bookmark(15))
            feed.send(Served.error(410, "Expired"))
            let relist = await setup.server.nextRequest()
            #expect(relist.query["watch"] == nil)
            #expect(relist.query["resourceVersion"] == nil)
            relist.respond(json: Served.list([Served.configMap("a", 3)], version: 30))
            #expect(await setup.nextChange(&changes) == ["b"])
            #expect(setup.informer.get(key("b")) == nil)
            _ = await setup.openWatch(revision: "30")
        }
    }

    @Test("a truncated stream resumes from the last revision without a list; an event that comes twice is told once")
    func truncated() async throws {
        try await Setup().run { setup in
            var changes = setup.informer.changes().makeAsyncIterator()
            let feed = try await setup.sync()
            feed.send(Served.event("ADDED", Served.configMap("a", 11)))
            #expect(await setup.nextChange(&changes) == ["a"])
            feed.send(#"{"type":"ADDED","object":{"kind":"Con"#)
            feed.fail(TransportError(.closed, "the connection broke"))
            await setup.clock.advanceToNextBackoff()
            let again = await setup.openWatch(revision: "11")
            again.send(Served.event("ADDED", Served.configMap("a", 11)))
            again.send(Served.event("ADDED", Served.configMap("b", 12)))
            #expect(await setup.nextChange(&changes) == ["b"])
        }
    }

    @Test("garbage in the stream lists anew after a wait, and the store keeps what it had meanwhile")
    func garbage() async throws {
        try await Setup().run { setup in
            let feed = try await setup.sync([Served.configMap("a", 3)])
            feed.send("this is no JSON\n")
            await setup.waitFor { if case .interrupted = $0 { true } else { false } }
            #expect(setup.informer.get(key("a")) != nil)
            await setup.clock.advanceToNextBackoff()
            let relist = await setup.server.nextRequest()
            #expect(relist.query["watch"] == nil)
            relist.respond(json: Served.list([Served.configMap("a", 3)], version: 12))
            _ = await setup.openWatch(revision: "12")
            await setup.waitFor { $0 == .synced }
        }
    }

    @Test("a refused connection waits and resumes from the same revision")
    func refused() async throws {
        try await Setup().run { setup in
            var changes = setup.informer.changes().makeAsyncIterator()
            let feed = try await setup.sync()
            feed.send(Served.event("ADDED", Served.configMap("a", 11)))
            _ = await setup.nextChange(&changes)
            feed.finish()
            let watch = await setup.server.nextRequest()
            watch.fail(TransportError(.refused, "connection refused"))
            await setup.waitFor { if case .interrupted = $0 { true } else { false } }
            await setup.clock.advanceToNextBackoff()
            _ = await setup.openWatch(revision: "11")
        }
    }

    @Test("a watch that stays silent for too long is given up and resumed")
    func halfDead() async throws {
        try await Setup(options: InformerOptions(idleLimit: .seconds(150))).run { setup in
            let feed = try await setup.sync()
            let start = setup.clock.now
            await setup.clock.waitForSleeper(until: start.advanced(by: .seconds(150)))
            setup.clock.advance(by: .seconds(100))
            var changes = setup.informer.changes().makeAsyncIterator()
            feed.send(Served.event("ADDED", Served.configMap("a", 11)))
            _ = await setup.nextChange(&changes)
            setup.clock.advance(by: .seconds(50))
            // The sign of life at 100 s moves the limit to 250 s.
            await setup.clock.waitForSleeper(until: start.advanced(by: .seconds(250)))
            #expect(setup.server.pendingCount == 0)
            setup.clock.advance(by: .seconds(100))
            _ = await setup.openWatch(revision: "11")
            #expect(feed.isDropped)
        }
    }

    @Test("forbidden and missing kinds show in the status; it recovers on its own")
    func forbidden() async throws {
        try await Setup().run { setup in
            let first = await setup.server.nextRequest()
            first.respond(errorCode: 403, reason: "Forbidden", message: "configmaps is forbidden")
            await setup.waitFor { if case .forbidden(let text) = $0 { text.contains("forbidden") } else { false } }
            #expect(!setup.informer.health.isHealthy)
            await setup.clock.advanceToNextBackoff()
            let second = await setup.server.nextRequest()
            second.respond(errorCode: 404, reason: "NotFound", message: "no such kind")
            await setup.waitFor { if case .missingKind = $0 { true } else { false } }
            await setup.clock.advanceToNextBackoff()
            _ = try await setup.sync()
            #expect(setup.informer.status == .synced)
            #expect(setup.informer.health.isHealthy)
        }
    }

    @Test("a handler that comes late is told everything that is there, as new")
    func lateHandler() async throws {
        try await Setup().run { setup in
            _ = try await setup.sync([Served.configMap("a", 3), Served.configMap("b", 4)])
            let told = Latch<[String]>()
            setup.informer.onChange { changes in told.open(changes.filter { $0.old == nil }.map(\.key.name).sorted()) }
            #expect(told.value == ["a", "b"])
        }
    }

    @Test("a reader that is far behind gets one complete batch instead of endless keys")
    func overflow() async throws {
        try await Setup().run { setup in
            var changes = setup.informer.changes().makeAsyncIterator()
            let feed = try await setup.sync()
            for number in 0..<1100 {
                feed.send(Served.event("ADDED", Served.configMap("o\(number)", 100 + 2 * number)))
                feed.send(Served.event("DELETED", Served.configMap("o\(number)", 101 + 2 * number)))
            }
            feed.send(Served.event("ADDED", Served.configMap("last", 5000)))
            let caughtUp = Latch<Void>()
            setup.informer.whenCaughtUp(to: "5000") { caughtUp.open(()) }
            _ = await caughtUp.wait()
            let batch = await changes.next()
            #expect(batch == ChangedKeys(keys: [key("last")], isComplete: true))
        }
    }

    @Test("a canceled informer ends its watch and its sequences")
    func cancel() async throws {
        let setup = Setup()
        let watch = Latch<BodyFeed>()
        var changes = setup.informer.changes().makeAsyncIterator()
        try await setup.run { setup in watch.open(try await setup.sync()) }
        #expect(setup.informer.status == .stopped)
        #expect(watch.value?.isDropped == true)
        #expect(await changes.next() == nil)
    }

    @Test("50,000 objects are listed, indexed and followed")
    func many() async throws {
        try await Setup(options: InformerOptions(pageSize: 5000)).run { setup in
            for page in 0..<10 {
                let request = await setup.server.nextRequest()
                let items = (0..<5000).map {
                    Served.configMap("o\(page * 5000 + $0)", page * 5000 + $0 + 1, namespace: "ns\($0 % 50)")
                }
                request.respond(json: Served.list(items, version: 60_000, continueToken: page < 9 ? "p\(page + 1)" : nil))
            }
            try await setup.informer.waitUntilSynced()
            #expect(setup.informer.snapshot().count == 50_000)
            #expect(setup.informer.list(namespace: "ns7").count == 1000)
        }
    }
}
