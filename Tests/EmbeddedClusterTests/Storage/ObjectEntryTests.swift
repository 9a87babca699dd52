// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import Testing

@testable import EmbeddedCluster

@Suite("Objects in the store's layout")
struct ObjectEntryTests {
    private let object: JSONValue = [
        "metadata": ["labels": ["a": "b"], "name": "n", "resourceVersion": "7", "uid": "u"], "data": ["k": "v"],
        "kind": "ConfigMap",
        "apiVersion": "v1",
    ]

    private var entry: ObjectEntry {
        ObjectEntry(
            key: StorageKey(group: "", resource: "configmaps", namespace: "x", name: "n"),
            encoded: EncodedObject(object, fields: [:]),
            createRevision: 3,
            modRevision: 42
        )
    }

    @Test("an object is the same after its way through the store, with its own revision")
    func roundTrip() throws {
        var expected = object
        expected["metadata"]?["resourceVersion"] = "42"
        #expect(try entry.object() == expected)
    }

    @Test("what is written to the storage has no revision")
    func stored() throws {
        let stored = try JSONValue(parsing: entry.storedBytes)
        #expect(stored["metadata"]?["resourceVersion"] == nil)
        #expect(stored["data"] == ["k": "v"])
    }

    @Test("the bytes can be shown with the revision of a later event")
    func laterRevision() throws {
        let shown = try JSONValue(parsing: entry.bytes(withRevision: 99))
        #expect(shown["metadata"]?["resourceVersion"] == "99")
    }

    @Test("the common part begins with the metadata, whatever the kind")
    func commonPart() {
        #expect(String(decoding: entry.commonBytes.prefix(12), as: UTF8.self) == #""metadata":{"#)
    }
}
