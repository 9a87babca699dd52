// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import KubernetesCore
import KubernetesMeta
import Testing

@Suite("The store")
struct StoreTests {
    private func configMap(_ name: String, _ version: Int, uid: String = "u", namespace: String = "ns", color: String? = nil)
        -> ConfigMap
    {
        let metadata = ObjectMeta(
            labels: color.map { ["color": $0] },
            name: name,
            namespace: namespace,
            resourceVersion: String(version),
            uid: uid
        )
        return ConfigMap(metadata: metadata)
    }

    private func makeStore() -> Store<ConfigMap> {
        Store(indexes: ["color": { $0.metadata.labels?["color"].map { [$0] } ?? [] }])
    }

    private func key(_ name: String) -> ObjectKey { ObjectKey(namespace: "ns", name: name) }

    @Test("a change tells the old and the new object")
    func update() {
        var store = makeStore()
        let added = store.update(configMap("a", 1))
        #expect(added?.old == nil)
        #expect(added?.new?.metadata.resourceVersion == "1")
        let modified = store.update(configMap("a", 2))
        #expect(modified?.old?.metadata.resourceVersion == "1")
        #expect(modified?.new?.metadata.resourceVersion == "2")
        #expect(store.revision == "2")
    }

    @Test("an event that comes twice, or late, changes nothing")
    func duplicates() {
        var store = makeStore()
        _ = store.update(configMap("a", 5))
        #expect(store.update(configMap("a", 5)) == nil)
        #expect(store.update(configMap("a", 4)) == nil)
        #expect(store.remove(configMap("a", 3)) == nil)
        #expect(store.get(key("a"))?.metadata.resourceVersion == "5")
        #expect(store.remove(configMap("a", 6))?.new == nil)
        #expect(store.remove(configMap("a", 6)) == nil)
        #expect(store.revision == "6")
    }

    @Test("an object is gone when the store has come as far as it was written, and not when it has not come yet")
    func deletionSeen() {
        var store = makeStore()
        _ = store.update(configMap("a", 10))
        func isGone(_ uid: String = "u") -> Bool { store.hasSeenDeletion(of: key("b"), uid: uid, after: "20") }
        #expect(!isGone(), "its creation has not come")
        _ = store.update(configMap("b", 20))
        #expect(!isGone())
        #expect(isGone("former"), "another object has its name")
        _ = store.remove(configMap("b", 21))
        #expect(isGone())
    }

    @Test("a deletion tells the last state of the object")
    func lastState() {
        var store = makeStore()
        _ = store.update(configMap("a", 1))
        let change = store.remove(configMap("a", 7, color: "red"))
        #expect(change?.old?.metadata.labels == ["color": "red"])
        #expect(store.count == 0)
    }

    @Test("a list replaces everything and tells only what is different")
    func replace() {
        var store = makeStore()
        for (name, version) in [("same", 1), ("changed", 2), ("gone", 3), ("remade", 4)] {
            _ = store.update(configMap(name, version))
        }
        let changes = store.replace(
            with: [configMap("same", 1), configMap("changed", 8), configMap("remade", 9, uid: "other"), configMap("new", 7)],
            revision: "20"
        )
        let told = Dictionary(uniqueKeysWithValues: changes.map { ($0.key.name, $0) })
        #expect(Set(told.keys) == ["changed", "gone", "remade", "new"])
        #expect(told["gone"]?.new == nil)
        #expect(told["gone"]?.old?.metadata.resourceVersion == "3")
        #expect(told["remade"]?.old?.metadata.uid == "u")
        #expect(told["remade"]?.new?.metadata.uid == "other")
        #expect(store.count == 4)
        #expect(store.revision == "20")
    }

    @Test("a list of an older revision counts, as after a restored backup")
    func replaceWithOlder() {
        var store = makeStore()
        _ = store.update(configMap("a", 100))
        let changes = store.replace(with: [configMap("a", 3)], revision: "4")
        #expect(changes.count == 1)
        #expect(store.revision == "4")
        #expect(store.get(key("a"))?.metadata.resourceVersion == "3")
    }

    @Test("indexes follow changes, moves and deletions")
    func indexes() {
        var store = makeStore()
        _ = store.update(configMap("a", 1, color: "red"))
        _ = store.update(configMap("b", 2, color: "red"))
        _ = store.update(configMap("c", 3, namespace: "other"))
        #expect(Set(store.list(index: "color", value: "red").map(\.metadata.name)) == ["a", "b"])
        #expect(store.list(namespace: "ns").count == 2)
        _ = store.update(configMap("a", 4, color: "blue"))
        #expect(store.list(index: "color", value: "red").map(\.metadata.name) == ["b"])
        #expect(store.list(index: "color", value: "blue").map(\.metadata.name) == ["a"])
        _ = store.remove(configMap("b", 5))
        #expect(store.list(index: "color", value: "red").isEmpty)
        _ = store.replace(with: [], revision: "9")
        #expect(store.list(index: "color", value: "blue").isEmpty)
        #expect(store.list(namespace: "other").isEmpty)
    }

    @Test("a snapshot stays as it was")
    func snapshot() {
        var store = makeStore()
        for number in 0..<1000 { _ = store.update(configMap("o\(number)", number + 1, color: "red")) }
        let snapshot = store
        for number in 0..<1000 { _ = store.remove(configMap("o\(number)", 2000 + number)) }
        #expect(store.count == 0)
        #expect(snapshot.count == 1000)
        #expect(snapshot.list(index: "color", value: "red").count == 1000)
        #expect(snapshot.revision == "1000")
    }
}
