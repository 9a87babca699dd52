// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import KubernetesClient
import KubernetesJSON
import KubernetesMeta
import Testing

@testable import EmbeddedCluster

@Suite("Watches", .timeLimit(.minutes(1)))
struct WatchTests {
    @Test("a watcher that does not read is dropped at its bound, and what it had seen tells where to resume")
    func slowWatcher() async throws {
        let cluster = try TestCluster(options: EmbeddedClusterOptions(watches: WatchLimits(pendingChanges: 10)))
        let watch = await cluster.exchange(
            .get,
            TestCluster.configMaps + "?watch=true&resourceVersion=\(cluster.cluster.store.revision)"
        )
        for index in 0..<11 { try await cluster.send(.post, TestCluster.configMaps, TestCluster.configMap("m\(index)")) }
        #expect(try await watch.body.next() == nil)
    }

    @Test("no change is missed or seen twice between the initial state and what follows, while others write")
    func noGap() async throws {
        let cluster = try TestCluster()
        let total = 200
        try await withThrowingTaskGroup(of: [String].self) { group in
            group.addTask {
                for index in 0..<total {
                    try await cluster.send(.post, TestCluster.configMaps, TestCluster.configMap("m\(index)"))
                }
                return []
            }
            for _ in 0..<4 {
                group.addTask {
                    let watch = await cluster.exchange(.get, TestCluster.configMaps + "?watch=true&labelSelector=!none")
                    var names: [String] = []
                    while names.count < total, let chunk = try await watch.body.next() {
                        for line in chunk.split(separator: UInt8(ascii: "\n")) {
                            let event = try JSONValue(parsing: Array(line))
                            let name = event["object"]?["metadata"]?["name"]?.string ?? ""
                            if name.hasPrefix("m") { names.append(name) }
                        }
                    }
                    return names
                }
            }
            for try await names in group where !names.isEmpty {
                #expect(names.count == total)
                #expect(Set(names).count == total)
            }
        }
    }

    private static let stream = "?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"

    private func nextEvents(_ watch: HTTPExchange) async throws -> [JSONValue] {
        try (await watch.body.next() ?? []).split(separator: UInt8(ascii: "\n")).map { try JSONValue(parsing: Array($0)) }
    }

    @Test("the state is sent first and ended by a bookmark of its revision; changes follow on the same watch")
    func initialEvents() async throws {
        let cluster = try TestCluster()
        for name in ["a", "b"] { try await cluster.send(.post, TestCluster.configMaps, TestCluster.configMap(name)) }
        let revision = cluster.cluster.store.revision
        let watch = await cluster.exchange(.get, TestCluster.configMaps + Self.stream)
        let events = try await nextEvents(watch)
        #expect(events.dropLast().allSatisfy { $0["type"] == "ADDED" })
        let names = Set(events.compactMap { $0["object"]?["metadata"]?["name"]?.string })
        #expect(names.isSuperset(of: ["a", "b"]))
        let end = events.last
        #expect(end?["type"] == "BOOKMARK")
        #expect(end?["object"]?["metadata"]?["annotations"] == ["k8s.io/initial-events-end": "true"])
        #expect(end?["object"]?["metadata"]?["resourceVersion"] == .string("\(revision)"))
        try await cluster.send(.post, TestCluster.configMaps, TestCluster.configMap("c"))
        let change = try await nextEvents(watch).first
        #expect(change?["type"] == "ADDED" && change?["object"]?["metadata"]?["name"] == "c")
    }

    @Test("a state that is not older than the future is refused in the stream, with the cause that clients look for")
    func futureState() async throws {
        let cluster = try TestCluster()
        let watch = await cluster.exchange(.get, TestCluster.configMaps + Self.stream + "&resourceVersion=999999999")
        let event = try await nextEvents(watch).first
        #expect(event?["type"] == "ERROR" && event?["object"]?["code"] == 504)
        #expect(event?["object"]?["details"]?["causes"]?.array?.first?["reason"] == "ResourceVersionTooLarge")
    }

    @Test("cancelling the reader ends the watch")
    func cancelled() async throws {
        let cluster = try TestCluster()
        let watch = await cluster.exchange(
            .get,
            TestCluster.configMaps + "?watch=true&resourceVersion=\(cluster.cluster.store.revision)"
        )
        let ended = await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                do { return try await watch.body.next() == nil } catch { return true }
            }
            group.cancelAll()
            return await group.next() ?? false
        }
        #expect(ended)
    }

    @Test("shutting the cluster down ends all watches and refuses writes")
    func shutdown() async throws {
        let cluster = try TestCluster()
        let watch = await cluster.exchange(
            .get,
            TestCluster.configMaps + "?watch=true&resourceVersion=\(cluster.cluster.store.revision)"
        )
        await cluster.cluster.shutdown()
        #expect(try await watch.body.next() == nil)
        #expect(try await cluster.send(.post, TestCluster.configMaps, TestCluster.configMap("late")).status == 500)
    }

    @Test("a quiet watch gets bookmarks at the interval, and ends at its timeout, by the clock alone")
    func bookmarks() async throws {
        let time = ManualTime()
        let options = EmbeddedClusterOptions(clock: time.clock, watches: WatchLimits(bookmarkInterval: .seconds(10)))
        let cluster = try TestCluster(options: options)
        let revision = cluster.cluster.store.revision
        let watch = await cluster.exchange(
            .get,
            TestCluster.configMaps + "?watch=true&allowWatchBookmarks=true&timeoutSeconds=15&resourceVersion=\(revision)"
        )
        let event = try await withThrowingTaskGroup(of: JSONValue?.self) { group in
            group.addTask { try await watch.body.next().map { try JSONValue(parsing: $0) } }
            group.addTask {
                await time.advanceWhenWaitedFor(to: .seconds(10))
                return nil
            }
            var found: JSONValue?
            for try await value in group { found = value ?? found }
            return found
        }
        #expect(event?["type"] == "BOOKMARK")
        #expect(event?["object"]?["metadata"]?["resourceVersion"]?.string == String(revision))
    }
}
