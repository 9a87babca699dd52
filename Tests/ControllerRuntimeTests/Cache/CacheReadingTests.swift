// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import KubernetesCore
import KubernetesMeta
import Testing

@Suite("Reading from the cache", .timeLimit(.minutes(1)))
struct CacheReadingTests {
    private func labelled(_ name: String, _ version: Int, namespace: String, color: String) -> String {
        #"{"metadata":{"name":"\#(name)","namespace":"\#(namespace)","uid":"u-\#(name)","resourceVersion":"\#(version)","#
            + #""labels":{"color":"\#(color)"}},"data":{"k":"\#(color)"}}"#
    }

    @Test("c-r #1220: a read of a kind that nobody declared throws and says how to declare it; it starts no watch")
    func undeclared() async throws {
        try await CacheFixture().run { fixture in
            let error = fixture.error { () throws(CacheError) in
                try fixture.cache.get(ConfigMap.self, ObjectKey(namespace: "ns", name: "a"))
            }
            #expect(error?.code == .undeclared)
            #expect(error?.message.contains("cache.declare(ConfigMap.self)") == true)
            #expect(error?.message.contains("cache.client.get") == true)
            #expect(fixture.error { () throws(CacheError) in try fixture.cache.list(Secret.self) }?.code == .undeclared)
            #expect(fixture.server.pendingCount == 0)
        }
    }

    @Test("a read before the first list throws with the informer's state, instead of pretending that there is nothing")
    func notSynced() async throws {
        let fixture = CacheFixture()
        let informer = try fixture.cache.declare(ConfigMap.self)
        try await fixture.run { fixture in
            let list = await fixture.server.nextRequest()
            let before = fixture.error { () throws(CacheError) in try fixture.cache.list(ConfigMap.self) }
            #expect(before?.code == .notSynced)
            list.respond(errorCode: 403, reason: "Forbidden", message: "configmaps is forbidden")
            for await status in informer.statuses() { if case .forbidden = status { break } }
            let after = fixture.error { () throws(CacheError) in try fixture.cache.list(ConfigMap.self) }
            #expect(after?.message.contains("configmaps is forbidden") == true)
        }
    }

    @Test("lists by namespace, labels and indexes; several indexes must all match")
    func list() async throws {
        let fixture = CacheFixture()
        try fixture.cache.declare(
            ConfigMap.self,
            indexes: ["k": { $0.data?["k"].map { [$0] } ?? [] }, "initial": { [String($0.metadata.name?.first ?? "-")] }]
        )
        try await fixture.run { fixture in
            await fixture.answer([
                labelled("a1", 1, namespace: "x", color: "red"), labelled("a2", 2, namespace: "y", color: "red"),
                labelled("b1", 3, namespace: "x", color: "blue"),
            ])
            try await fixture.cache.waitUntilSynced()
            let cache = fixture.cache
            let names = { (objects: [ConfigMap]) in objects.compactMap(\.metadata.name).sorted() }
            #expect(names(try cache.list()) == ["a1", "a2", "b1"])
            #expect(names(try cache.list(namespace: "x")) == ["a1", "b1"])
            #expect(names(try cache.list(labels: LabelSelector(.equals("color", "red")))) == ["a1", "a2"])
            #expect(names(try cache.list(namespace: "y", labels: LabelSelector(.notEquals("color", "red")))) == [])
            #expect(names(try cache.list(matching: ["k": "red"])) == ["a1", "a2"])
            #expect(names(try cache.list(matching: ["k": "red", "initial": "b"])) == [])
            #expect(names(try cache.list(namespace: "x", matching: ["k": "blue", "initial": "b"])) == ["b1"])
            #expect(try cache.get(ConfigMap.self, ObjectKey(namespace: "y", name: "a2"))?.metadata.uid == "u-a2")
            #expect(try cache.get(ConfigMap.self, ObjectKey(namespace: "y", name: "a1")) == nil)
            let error = fixture.error { () throws(CacheError) in try cache.list(ConfigMap.self, matching: ["owner": "o"]) }
            #expect(error?.code == .unknownIndex)
            #expect(error?.message.contains("there are: initial, k") == true)
        }
    }

    @Test("a read of a namespace outside the declared scope throws; several scopes that fit must be told apart")
    func scopes() async throws {
        let fixture = CacheFixture()
        try fixture.cache.declare(ConfigMap.self, scope: .namespace("x"))
        let outside = fixture.error { () throws(CacheError) in
            try fixture.cache.informer(ConfigMap.self, namespace: "y")
        }
        #expect(outside?.code == .outOfScope)
        #expect(outside?.message.contains("namespace x") == true && outside?.message.contains("\"y\"") == true)
        try fixture.cache.declare(ConfigMap.self, scope: .all)
        let several = fixture.error { () throws(CacheError) in
            try fixture.cache.informer(ConfigMap.self, namespace: "x")
        }
        #expect(several?.code == .ambiguous)
        #expect(try fixture.cache.informer(ConfigMap.self, namespace: "y").namespaces == .all)
        #expect(try fixture.cache.informer(ConfigMap.self, scope: .namespace("x")).namespaces == .named(["x"]))
    }
}
