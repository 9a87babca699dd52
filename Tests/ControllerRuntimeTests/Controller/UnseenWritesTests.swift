// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import KubernetesCore
import KubernetesMeta
import Testing

@Suite("Writes that no cache will ever show hold no key back", .timeLimit(.minutes(1)))
struct UnseenWritesTests {
    /// The key of a write that is not waited for is reconciled again at once, from the same cache.
    private func isNotHeld(_ write: @escaping WritingFixture.Write) async throws {
        try await WritingFixture(write: write).run { fixture, _ in
            #expect(await fixture.calls.next().cached == "5")
            fixture.controller.queue.add(fixture.key)
            let next = await fixture.calls.next()
            #expect(next.cached == "5" && !next.stale)
            #expect(fixture.heldBack == 0)
        }
    }

    @Test("a write that changes nothing answers the revision that the cache has")
    func unchanged() async throws { try await isNotHeld { context, seen in context.wrote(seen) } }

    @Test("a revision of another kind is not compared with the cache's")
    func otherKind() async throws {
        try await isNotHeld { context, seen in
            context.wrote(Secret(metadata: ObjectMeta(name: "a", namespace: "ns", resourceVersion: "50")))
        }
    }

    @Test("controller-runtime #3596: an answer without a revision, as that of a subresource, or with one that is no number")
    func subresource() async throws {
        try await isNotHeld { context, _ in
            for revision in [nil, "", "none", "007"] {
                context.wrote(ConfigMap(metadata: ObjectMeta(name: "a", namespace: "ns", resourceVersion: revision)))
            }
        }
    }

    @Test("the deletion of an object without a uid, which could be any of that name")
    func deletionWithoutUID() async throws {
        try await isNotHeld { context, seen in
            var nameless = seen
            nameless.metadata.uid = nil
            context.wroteDeletion(of: nameless)
        }
    }
}
