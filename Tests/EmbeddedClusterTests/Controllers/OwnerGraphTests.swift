// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import Testing

@testable import EmbeddedCluster

@Suite("Decisions of garbage collection")
struct OwnerGraphTests {
    private struct Owner {
        var name: String
        var uid: String
        var blocks = false
        var kind = "ConfigMap"
    }

    private func entry(
        _ name: String,
        namespace: String = "a",
        owners: [Owner] = [],
        finalizers: [String] = [],
        isTerminating: Bool = false
    ) -> ObjectEntry {
        var object: JSONValue = [
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name), "uid": .string("uid-" + name)],
        ]
        object["metadata"]?["ownerReferences"] = .array(
            owners.map {
                [
                    "apiVersion": "v1", "kind": .string($0.kind), "name": .string($0.name), "uid": .string($0.uid),
                    "blockOwnerDeletion": .bool($0.blocks),
                ]
            }
        )
        object["metadata"]?["finalizers"] = .array(finalizers.map(JSONValue.string))
        if isTerminating { object["metadata"]?["deletionTimestamp"] = "2026-01-01T00:00:00Z" }
        return ObjectEntry(
            key: StorageKey(group: "", resource: "configmaps", namespace: namespace, name: name),
            encoded: EncodedObject(object, fields: [:]),
            createRevision: 1,
            modRevision: 1
        )
    }

    private func actions(_ uid: String, _ entries: [ObjectEntry]) -> [OwnerGraph.Action] {
        var graph = OwnerGraph()
        for entry in entries { _ = graph.insert(entry) }
        return graph.actions(uid) { owner in
            owner.kind == "ConfigMap" ? (ResourceID(group: "", resource: "configmaps"), true) : nil
        }
    }

    private let owner = Owner(name: "owner", uid: "uid-owner")

    @Test("a dependent of a living owner stays")
    func living() {
        #expect(actions("uid-child", [entry("owner"), entry("child", owners: [owner])]).isEmpty)
    }

    @Test("a dependent without a living owner goes")
    func absent() {
        let child = entry("child", owners: [owner])
        #expect(actions("uid-child", [child]) == [.delete(child.key, uid: "uid-child", isForeground: false)])
    }

    @Test("an owner in another namespace is none, and one with another name neither")
    func elsewhere() {
        let child = entry("child", owners: [owner])
        #expect(actions("uid-child", [entry("owner", namespace: "b"), child]).count == 1)
        let misnamed = entry("child", owners: [Owner(name: "other", uid: "uid-owner")])
        #expect(actions("uid-child", [entry("owner"), misnamed]).count == 1)
    }

    @Test("an owner of a kind that is not served may come back")
    func unserved() {
        #expect(actions("uid-child", [entry("child", owners: [Owner(name: "x", uid: "u", kind: "Gone")])]).isEmpty)
    }

    @Test("with one owner gone and one left, only the reference goes")
    func mixed() {
        let child = entry("child", owners: [owner, Owner(name: "gone", uid: "uid-gone")])
        #expect(actions("uid-child", [entry("owner"), child]) == [.dropOwners(child.key, uids: ["uid-gone"])])
    }

    @Test("an owner deleted in the foreground goes after the dependents that block it")
    func foreground() {
        let waiting = entry("owner", finalizers: ["foregroundDeletion"], isTerminating: true)
        let blocking = entry("child", owners: [Owner(name: "owner", uid: "uid-owner", blocks: true)])
        #expect(actions("uid-owner", [waiting, blocking]) == [.delete(blocking.key, uid: "uid-child", isForeground: false)])
        #expect(actions("uid-owner", [waiting]) == [.dropFinalizer(waiting.key, "foregroundDeletion")])
        let loose = entry("child", owners: [owner])
        #expect(
            actions("uid-owner", [waiting, loose]) == [
                .delete(loose.key, uid: "uid-child", isForeground: false), .dropFinalizer(waiting.key, "foregroundDeletion"),
            ]
        )
    }

    @Test("an owner that orphans its dependents goes when none names it any more")
    func orphan() {
        let leaving = entry("owner", finalizers: ["orphan"], isTerminating: true)
        let child = entry("child", owners: [owner])
        #expect(actions("uid-owner", [leaving, child]) == [.dropOwners(child.key, uids: ["uid-owner"])])
        #expect(actions("uid-owner", [leaving, entry("child")]) == [.dropFinalizer(leaving.key, "orphan")])
    }

    @Test("the end of an owner makes its dependents look again")
    func affected() {
        var graph = OwnerGraph()
        let parent = entry("owner")
        _ = graph.insert(parent)
        _ = graph.insert(entry("child", owners: [owner]))
        let affected = graph.update(StoreChange(revision: 2, entry: nil, previous: parent, key: parent.key))
        #expect(affected.contains("uid-child"))
    }
}
