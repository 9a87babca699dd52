// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import Testing

@testable import EmbeddedCluster

@Suite("The store's state")
struct StoreStateTests {
    private let id = ResourceID(group: "", resource: "configmaps")

    private func key(_ name: String, _ namespace: String = "a") -> StorageKey {
        StorageKey(group: "", resource: "configmaps", namespace: namespace, name: name)
    }

    private func put(_ name: String, _ data: String, namespace: String = "a", in state: inout StoreState) {
        let key = key(name, namespace)
        let revision = state.revision + 1
        let object: JSONValue = [
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name), "namespace": .string(namespace)],
            "data": ["k": .string(data)],
        ]
        let previous = state.entry(key)
        let entry = ObjectEntry(
            key: key,
            encoded: EncodedObject(object, fields: [:]),
            createRevision: previous?.createRevision ?? revision,
            modRevision: revision
        )
        _ = state.apply(StoreChange(revision: revision, entry: entry, previous: previous, key: key))
    }

    private func remove(_ name: String, in state: inout StoreState) {
        _ = state.apply(StoreChange(revision: state.revision + 1, entry: nil, previous: state.entry(key(name)), key: key(name)))
    }

    @Test("lists are in the order of namespace/name, not of namespaces")
    func order() {
        var state = StoreState()
        for (name, namespace) in [("x", "a"), ("x", "a-b"), ("b", "a"), ("a", "b")] {
            put(name, "", namespace: namespace, in: &state)
        }
        let names = state.entries(id, namespace: nil).map { $0.key.namespace + "/" + $0.key.name }
        #expect(names == ["a-b/x", "a/b", "a/x", "b/a"])
    }

    @Test("a past revision shows the objects as they were then", arguments: 1...5)
    func past(_ revision: UInt64) throws {
        var state = StoreState()
        put("one", "1", in: &state)
        put("two", "1", in: &state)
        put("one", "2", in: &state)
        remove("two", in: &state)
        put("three", "1", in: &state)
        let expected: [[String: String]] = [
            ["one": "1"], ["one": "1", "two": "1"], ["one": "2", "two": "1"], ["one": "2"], ["one": "2", "three": "1"],
        ]
        var found: [String: String] = [:]
        for entry in state.entries(id, namespace: "a", at: revision) {
            found[entry.key.name] = try entry.object()["data"]?["k"]?.string
        }
        #expect(found == expected[Int(revision) - 1])
    }

    @Test("history is bounded, and what was dropped cannot be asked for")
    func bounds() {
        var state = StoreState(limit: HistoryLimit(changes: 3, bytes: 1 << 20))
        for index in 1...5 { put("o", "\(index)", in: &state) }
        let scope = WatchScope(resource: id, namespace: nil)
        #expect(state.compactedRevision == 2)
        #expect(state.changes(after: 1, in: scope) == nil)
        #expect(state.changes(after: 2, in: scope)?.map(\.revision) == [3, 4, 5])
        #expect(state.changes(after: 5, in: scope)?.isEmpty == true)
    }

    @Test("history is bounded by bytes as well")
    func byteBounds() {
        var state = StoreState(limit: HistoryLimit(changes: 1000, bytes: 10_000))
        for _ in 1...20 { put("o", String(repeating: "x", count: 2000), in: &state) }
        #expect(state.compactedRevision > 15)
        #expect(state.compactedRevision < 20)
    }

    @Test("random changes: every past revision equals a replay from the start", arguments: [1, 2, 3] as [UInt64])
    func replay(_ seed: UInt64) throws {
        var generator = SplitMix(state: seed)
        var state = StoreState()
        var models: [[String: String]] = [[:]]
        for step in 0..<200 {
            let name = "n\(Int.random(in: 0..<12, using: &generator))"
            var model = models[models.count - 1]
            if model[name] != nil, Bool.random(using: &generator) {
                remove(name, in: &state)
                model[name] = nil
            } else {
                put(name, "\(step)", in: &state)
                model[name] = "\(step)"
            }
            models.append(model)
        }
        for (revision, model) in models.enumerated() {
            var found: [String: String] = [:]
            for entry in state.entries(id, namespace: "a", at: UInt64(revision)) {
                found[entry.key.name] = try entry.object()["data"]?["k"]?.string
            }
            #expect(found == model, "seed \(seed), revision \(revision)")
        }
    }
}

/// A small generator with a seed that can be printed.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
