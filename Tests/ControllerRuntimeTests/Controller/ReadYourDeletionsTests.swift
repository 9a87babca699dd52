// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import KubernetesCore
import KubernetesMeta
import Testing

@Suite("A reconciler never sees what it has deleted itself", .timeLimit(.minutes(1)))
struct ReadYourDeletionsTests {
    private static let deletes: WritingFixture.Write = { context, seen in context.wroteDeletion(of: seen) }

    /// Of another object than the cached one, so that revisions alone do not tell.
    private static func other(uid: String, revision: String) -> WritingFixture.Write {
        { context, _ in
            let meta = ObjectMeta(name: "b", namespace: "ns", resourceVersion: revision, uid: uid)
            context.wroteDeletion(of: ConfigMap(metadata: meta))
        }
    }

    private static func going(_ name: String, _ version: Int) -> String {
        Served.configMap(name, version).replacing(#""uid""#, with: #""deletionTimestamp":"2030-01-01T00:00:00Z","uid""#)
    }

    @Test("the key is held until the object is gone; other changes are not enough")
    func gone() async throws {
        try await WritingFixture(write: Self.deletes).run { fixture, feed in
            #expect(await fixture.calls.next().cached == "5")
            fixture.controller.queue.add(fixture.key)
            feed.send(Served.event("ADDED", Served.configMap("c", 70)))
            #expect(await fixture.calls.next().cached == "70")
            #expect(fixture.calls.rest.isEmpty)
            feed.send(Served.event("DELETED", Served.configMap("a", 71)))
            let next = await fixture.calls.next()
            #expect(next.cached == nil && !next.stale)
            #expect(fixture.heldBack == 1)
        }
    }

    @Test("an object that is kept by a finalizer is shown as being deleted, which is enough")
    func going() async throws {
        try await WritingFixture(write: Self.deletes).run { fixture, feed in
            #expect(await fixture.calls.next().cached == "5")
            feed.send(Served.event("MODIFIED", Self.going("a", 12)))
            #expect(await fixture.calls.next().cached == "12")
        }
    }

    @Test("another object of the name is not the deleted one")
    func replaced() async throws {
        try await WritingFixture(write: Self.deletes).run { fixture, feed in
            #expect(await fixture.calls.next().cached == "5")
            feed.send(Served.event("MODIFIED", Served.configMap("a", 12, uid: "another")))
            #expect(await fixture.calls.next().cached == "12")
        }
    }

    @Test("an object whose creation the cache has not shown yet is not taken for gone")
    func notYetThere() async throws {
        try await WritingFixture(write: Self.other(uid: "u-b", revision: "20")).run { fixture, feed in
            #expect(await fixture.calls.next().cached == "5")
            fixture.controller.queue.add(fixture.key)
            feed.send(Served.event("ADDED", Served.configMap("b", 20)))
            #expect(await fixture.calls.next().cached == "20", "b itself")
            #expect(fixture.calls.rest.isEmpty)
            feed.send(Served.event("DELETED", Served.configMap("b", 21)))
            let next = await [fixture.calls.next(), fixture.calls.next()]
            #expect(Set(next.map(\.cached)) == [nil, "5"])
        }
    }

    @Test("a deletion that the cache shows already holds nothing back")
    func alreadyShown() async throws {
        try await WritingFixture(write: Self.other(uid: "u-b", revision: "7")).run { fixture, _ in
            #expect(await fixture.calls.next().cached == "5")
            fixture.controller.queue.add(fixture.key)
            #expect(await fixture.calls.next().cached == "5")
            #expect(fixture.heldBack == 0)
        }
    }
}
