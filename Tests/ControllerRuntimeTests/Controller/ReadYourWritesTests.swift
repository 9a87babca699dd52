// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import Testing

@Suite("A reconciler never sees a cache from before its own write", .timeLimit(.minutes(1)))
struct ReadYourWritesTests {
    @Test("an informer that follows other names is not waited for: it will never see the write")
    func otherNames() async throws {
        try await WritingFixture(fieldSelector: "metadata.name=a", write: WritingFixture.wrote("code")).run { fixture, _ in
            #expect(await fixture.calls.next().cached == "5")
            fixture.controller.queue.add(fixture.key)
            let next = await fixture.calls.next()
            #expect(next.cached == "5" && !next.stale)
        }
        let selector = "metadata.name=a,metadata.namespace!=x"
        try await WritingFixture(fieldSelector: selector, write: WritingFixture.wrote("a")).run { fixture, feed in
            #expect(await fixture.calls.next().cached == "5")
            fixture.controller.queue.add(fixture.key)
            feed.send(Served.event("MODIFIED", Served.configMap("a", 50)))
            #expect(await fixture.calls.next().cached == "50", "its own name is")
        }
    }

    @Test("the key is held, not the worker, until the informer has seen the write")
    func held() async throws {
        try await WritingFixture(write: WritingFixture.wrote("a")).run { fixture, feed in
            #expect(await fixture.calls.next().cached == "5")
            fixture.controller.queue.add(fixture.key)
            fixture.controller.queue.add(ObjectKey(name: "other"))
            #expect(await fixture.calls.next().cached == nil, "the worker goes on with other keys")
            feed.send(Served.event("ADDED", Served.configMap("b", 49)))
            #expect(await fixture.calls.next().cached == "49")
            #expect(fixture.calls.rest.isEmpty)
            feed.send(Served.event("MODIFIED", Served.configMap("a", 50)))
            let next = await fixture.calls.next()
            #expect(next.cached == "50")
            #expect(!next.stale)
        }
    }

    @Test("a bookmark past the write is enough: the object may have left the selection")
    func bookmark() async throws {
        try await WritingFixture(write: WritingFixture.wrote("a")).run { fixture, feed in
            #expect(await fixture.calls.next().cached == "5")
            fixture.controller.queue.add(fixture.key)
            feed.send(Served.event("DELETED", Served.configMap("a", 51)))
            #expect(await fixture.calls.next().cached == nil)
        }
    }

    @Test("a list that replaces the state is enough as well")
    func list() async throws {
        try await WritingFixture(write: WritingFixture.wrote("a")).run { fixture, feed in
            #expect(await fixture.calls.next().cached == "5")
            fixture.controller.queue.add(fixture.key)
            feed.send(Served.bookmark(11) + Served.error(410, "Expired"))
            let answer = Served.list([Served.configMap("a", 50)], version: 60)
            await fixture.server.nextRequest().respond(json: answer)
            let next = await fixture.calls.next()
            #expect(next.cached == "50" && !next.stale)
        }
    }

    @Test("when the cache does not catch up in time, the key goes on and is told to read live")
    func bound() async throws {
        try await WritingFixture(write: WritingFixture.wrote("a")).run { fixture, _ in
            #expect(await fixture.calls.next().cached == "5")
            fixture.controller.queue.add(fixture.key)
            await fixture.clock.waitForSleeper(until: fixture.clock.now.advanced(by: .seconds(10)))
            fixture.clock.advance(by: .seconds(10))
            #expect(await fixture.calls.next().stale)
            #expect(fixture.heldBackTooLong == 1)
        }
    }
}
