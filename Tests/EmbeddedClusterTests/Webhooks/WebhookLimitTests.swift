// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import KubernetesClient
import KubernetesJSON
import Testing

@testable import EmbeddedCluster

@Suite("What a webhook may cost", .timeLimit(.minutes(1)))
struct WebhookLimitTests {
    static let path = TestCluster.configMaps

    /// Never answers, but ends when it is cancelled.
    static let hang: FakeWebhooks.Handler = { _ in
        await ClusterClock.system.wait(until: .seconds(1_000_000))
        return ["allowed": true]
    }

    @Test("one that hangs costs its timeout, and nobody else anything")
    func hanging() async throws {
        let time = ManualTime()
        let cluster = try HookedCluster(clock: time.clock)
        cluster.hooks.handle("v", Self.hang)
        try await cluster.register(.validating, "v", ["timeoutSeconds": 7])
        async let refused = cluster.test.send(.post, Self.path, TestCluster.configMap("a"))
        await time.advanceWhenWaitedFor(to: .milliseconds(6_999))
        #expect(try await cluster.test.send(.get, Self.path).status == 200)
        let secret: JSONValue = ["apiVersion": "v1", "kind": "Secret", "metadata": ["name": "s"]]
        #expect(try await cluster.test.send(.post, "/api/v1/namespaces/default/secrets", secret).status == 201)
        await time.advanceWhenWaitedFor(to: .seconds(7))
        let answer = try await refused
        #expect(answer.status == 500)
        #expect(
            answer.body["message"]?.string?.hasSuffix("Post \"https://hook/v?timeout=7s\": context deadline exceeded") == true
        )
    }

    @Test("all webhooks of a request together may take no longer than the request")
    func wholeRequest() async throws {
        let time = ManualTime()
        let cluster = try HookedCluster(clock: time.clock, limits: WebhookLimits(requestTimeout: .seconds(10)))
        for name in ["a", "b", "c"] {
            cluster.hooks.handle(name, Self.hang)
            try await cluster.register(.mutating, name, ["timeoutSeconds": 5, "failurePolicy": "Ignore"])
        }
        async let answer = cluster.test.send(.post, Self.path, TestCluster.configMap("a"))
        await time.advanceWhenWaitedFor(to: .seconds(5))
        await time.advanceWhenWaitedFor(to: .seconds(10))
        #expect(try await answer.status == 504)
        #expect(cluster.hooks.lines.count == 2, "no time was left for the third")
    }

    @Test("an answer that is too large is none")
    func answerSize() async throws {
        let cluster = try HookedCluster(limits: WebhookLimits(answerBytes: 1000))
        cluster.hooks.handle("v") { _ in ["allowed": true, "warnings": [.string(String(repeating: "x", count: 1000))]] }
        try await cluster.register(.validating, "v")
        let answer = try await cluster.test.send(.post, Self.path, TestCluster.configMap("a"))
        #expect(answer.status == 500)
        #expect(
            answer.body["message"]?.string?.hasSuffix("the answer is larger than the 1000 bytes that are accepted here") == true
        )
    }

    @Test("validating webhooks are asked at the same time, and the first in their order speaks")
    func parallel() async throws {
        let cluster = try HookedCluster()
        let both = Barrier(count: 2)
        for name in ["a", "b"] {
            cluster.hooks.handle(name) { _ in
                await both.arrive()
                return ["allowed": false, "status": ["message": .string(name)]]
            }
            try await cluster.register(.validating, name)
        }
        let answer = try await cluster.test.send(.post, Self.path, TestCluster.configMap("a"))
        #expect(answer.body["message"] == "admission webhook \"a.example.com\" denied the request: a")
    }

    @Test("no more calls run at one time than may, and one that is not begun can be given up")
    func gate() async throws {
        let gate = WebhookGate(limit: 1)
        let (entered, enter) = AsyncStream<Void>.makeStream()
        let (released, release) = AsyncStream<Void>.makeStream()
        try await withThrowingTaskGroup(of: Int?.self) { group in
            group.addTask {
                await gate.run {
                    enter.yield()
                    for await _ in released { break }
                    return 1
                }
            }
            for await _ in entered { break }
            let waiting = Task { await gate.run { 2 } }
            waiting.cancel()
            #expect(await waiting.value == nil, "cancelled before there was room")
            group.addTask { await gate.run { 3 } }
            release.yield()
            var results: [Int?] = []
            for try await result in group { results.append(result) }
            #expect(results == [1, 3])
        }
        #expect(await gate.run { 4 } == 4, "the room is free again")
    }
}

/// Lets nobody pass before all have arrived.
actor Barrier {
    private var missing: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(count: Int) { missing = count }

    func arrive() async {
        missing -= 1
        guard missing > 0 else {
            for continuation in waiting { continuation.resume() }
            waiting = []
            return
        }
        await withCheckedContinuation { continuation in
            if missing > 0 { waiting.append(continuation) } else { continuation.resume() }
        }
    }
}
