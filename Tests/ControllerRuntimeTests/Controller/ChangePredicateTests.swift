// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import KubernetesCore
import KubernetesMeta
import Testing

@Suite("Predicates")
struct ChangePredicateTests {
    private typealias Predicate = ChangePredicate<ConfigMap>

    private func object(_ change: (inout ObjectMeta) -> Void = { _ in }) -> ConfigMap {
        var metadata = ObjectMeta(name: "a", namespace: "n", resourceVersion: "1", uid: "u")
        metadata.generation = 1
        metadata.labels = ["app": "x"]
        metadata.annotations = ["note": "x"]
        change(&metadata)
        return ConfigMap(metadata: metadata)
    }

    private func change(_ old: ConfigMap?, _ new: ConfigMap?) -> ObjectChange<ConfigMap> {
        ObjectChange(key: ObjectKey(namespace: "n", name: "a"), old: old, new: new)
    }

    @Test("a predicate about changes passes creations, deletions and replacements, and the updates that it asks for")
    func changes() {
        let updates: [(name: String, change: ObjectChange<ConfigMap>)] = [
            ("generation", change(object(), object { $0.generation = 2 })),
            ("version", change(object(), object { $0.resourceVersion = "2" })),
            ("label", change(object(), object { $0.labels = ["app": "y"] })),
            ("other label", change(object(), object { $0.labels = ["app": "x", "b": ""] })),
            ("annotation", change(object(), object { $0.annotations = nil })),
        ]
        let rows: [(Predicate, passes: Set<String>)] = [
            (.any, ["generation", "version", "label", "other label", "annotation"]),
            (.generationChanged, ["generation"]),
            (.resourceVersionChanged, ["version"]),
            (.labelsChanged, ["label", "other label"]),
            (.labelChanged("app"), ["label"]),
            (.annotationsChanged, ["annotation"]),
            (.annotationChanged("note"), ["annotation"]),
            (.annotationChanged("other"), []),
            (.changed { $0.metadata.labels?.count }, ["other label"]),
        ]
        for (index, row) in rows.enumerated() {
            #expect(Set(updates.filter { row.0($0.change) }.map(\.name)) == row.passes, "row \(index)")
            #expect(row.0(change(nil, object())), "row \(index): created")
            #expect(row.0(change(object(), nil)), "row \(index): deleted")
            #expect(row.0(change(object(), object { $0.uid = "v" })), "row \(index): replaced")
        }
    }

    @Test("a predicate about objects passes one that ceases to be so, for its controller has to know")
    func objects() {
        let selected = object()
        let other = object { $0.labels = ["app": "y"] }
        let predicate = Predicate.labels(LabelSelector(matchLabels: ["app": "x"]))
        #expect(predicate(change(nil, selected)))
        #expect(predicate(change(selected, other)))
        #expect(predicate(change(other, selected)))
        #expect(predicate(change(selected, nil)))
        #expect(!predicate(change(other, other)))
        #expect(!predicate(change(nil, other)))
        #expect(Predicate.namespaces(["n"])(change(nil, other)))
        #expect(!Predicate.namespaces(["m"])(change(nil, other)))
    }

    @Test("kinds of changes, and what composing makes of them")
    func composing() {
        let created = change(nil, object())
        let updated = change(object(), object())
        let deleted = change(object(), nil)
        let rows: [(Predicate, [Bool])] = [
            (.created, [true, false, false]),
            (.updated, [false, true, false]),
            (.deleted, [false, false, true]),
            (!.created, [false, true, true]),
            (.created || .deleted, [true, false, true]),
            (.created && .deleted, [false, false, false]),
            (!(.created || .deleted) && .any, [false, true, false]),
        ]
        for (index, row) in rows.enumerated() {
            #expect([created, updated, deleted].map { row.0($0) } == row.1, "row \(index)")
        }
    }
}
