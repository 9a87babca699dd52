// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import KubernetesClient
import KubernetesJSON
import Testing

@testable import EmbeddedCluster

@Suite("A storage that fails", .timeLimit(.minutes(1)))
struct StorageFailureTests {
    @Test("a full storage refuses the write, and nothing has changed")
    func full() async throws {
        let storage = FailingStorage()
        let cluster = try TestCluster(storage: storage)
        try await cluster.send(.post, TestCluster.configMaps, TestCluster.configMap("kept", ["k": "1"]))
        let revision = cluster.cluster.store.revision
        storage.error.withLock { $0 = StorageError(code: .full, message: "no space left on the device") }

        let refused = try await cluster.send(.post, TestCluster.configMaps, TestCluster.configMap("new"))
        #expect(refused.status == 507)
        #expect(refused.body["kind"] == "Status")
        #expect(refused.body["message"]?.string?.contains("no space left") == true)
        let changed = try await cluster.send(.put, TestCluster.configMaps + "/kept", TestCluster.configMap("kept", ["k": "2"]))
        #expect(changed.status == 507)
        let removed = try await cluster.send(.delete, TestCluster.configMaps + "/kept")
        #expect(removed.status == 507)
        #expect(cluster.cluster.store.revision == revision)
        #expect(try await cluster.send(.get, TestCluster.configMaps + "/new").status == 404)
        #expect(try await cluster.send(.get, TestCluster.configMaps + "/kept").body["data"] == ["k": "1"])

        storage.error.withLock { $0 = nil }
        #expect(try await cluster.send(.post, TestCluster.configMaps, TestCluster.configMap("new")).status == 201)
    }

    @Test("what was committed is what a new cluster loads: objects, revisions and watch history")
    func reload() async throws {
        let storage = FailingStorage()
        let first = try TestCluster(storage: storage)
        let created = try await first.send(.post, TestCluster.configMaps, TestCluster.configMap("a", ["k": "1"]))
        try await first.send(.put, TestCluster.configMaps + "/a", TestCluster.configMap("a", ["k": "2"]))
        let changes = storage.committed.withLock { $0 }
        let reopened = ReplayingStorage(changes: changes)
        let second = try TestCluster(storage: reopened)
        let loaded = try await second.send(.get, TestCluster.configMaps + "/a")
        #expect(loaded.body["data"] == ["k": "2"])
        #expect(loaded.body["metadata"]?["uid"] == created.body["metadata"]?["uid"])
        #expect(second.cluster.store.revision == first.cluster.store.revision)
        let version = created.body["metadata"]?["resourceVersion"]?.string ?? ""
        let watch = await second.exchange(.get, TestCluster.configMaps + "?watch=true&resourceVersion=\(version)")
        let chunk = try #require(try await watch.body.next())
        let event = try JSONValue(parsing: chunk)
        #expect(event["type"] == "MODIFIED")
        #expect(event["object"]?["data"] == ["k": "2"])
    }

    @Test("a storage with an object that is not JSON is refused with its name")
    func corrupt() {
        let key = StorageKey(group: "", resource: "configmaps", namespace: "default", name: "broken")
        let change = StoredChange(revision: 1, key: key, value: Array("{".utf8), previous: nil, createRevision: 1)
        #expect {
            try EmbeddedCluster(storage: ReplayingStorage(changes: [change]))
        } throws: { error in
            let error = error as? StorageError
            return error?.code == .corrupt && error?.message.contains("configmaps/default/broken") == true
        }
    }
}

/// Holds what was committed before.
struct ReplayingStorage: Storage {
    let changes: [StoredChange]

    func load() throws(StorageError) -> StorageSnapshot {
        var objects: [StorageKey: StoredObject] = [:]
        for change in changes {
            objects[change.key] = change.value.map {
                StoredObject(key: change.key, createRevision: change.createRevision, modRevision: change.revision, value: $0)
            }
        }
        return StorageSnapshot(revision: changes.last?.revision ?? 0, objects: Array(objects.values), changes: changes)
    }

    func commit(_ changes: [StoredChange]) throws(StorageError) {}
    func compact(upTo revision: UInt64) throws(StorageError) {}
    func close() {}
}
