// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta
import Testing

@Suite("Owner references")
struct OwnerTests {
    /// The least that a resource is.
    struct Widget: Resource {
        static let groupVersionKind = GroupVersionKind(group: "example.com", version: "v1", kind: "Widget")
        static let plural = "widgets"
        static let scope = ResourceScope.namespaced
        var metadata: ObjectMeta

        init(_ name: String?, _ namespace: String? = nil, uid: String? = nil) {
            metadata = ObjectMeta(name: name, namespace: namespace, uid: uid)
        }

        init(from reader: inout JSONReader) throws(JSONError) { metadata = try ObjectMeta(from: &reader) }
        func write(to writer: inout JSONWriter) { metadata.write(to: &writer) }
    }

    @Test("a controller is set once and recognised by its uid")
    func controller() throws {
        let owner = Widget("w", "ns", uid: "u1")
        var metadata = ObjectMeta(name: "pod", namespace: "ns")
        try metadata.setControllerReference(to: owner)
        try metadata.setControllerReference(to: owner)
        #expect(
            metadata.ownerReferences == [
                OwnerReference(
                    apiVersion: "example.com/v1",
                    kind: "Widget",
                    name: "w",
                    uid: "u1",
                    blockOwnerDeletion: true,
                    controller: true
                )
            ]
        )
        #expect(metadata.isControlled(by: owner) && metadata.isOwned(by: owner))
        #expect(!metadata.isControlled(by: Widget("w", "ns", uid: "u2")), "an object of the same name that was made later")
        #expect(!metadata.isControlled(by: Widget("w", "ns")))
    }

    @Test("an owner that was made again under its name replaces the reference")
    func replaced() throws {
        var metadata = ObjectMeta(name: "pod", namespace: "ns")
        try metadata.setControllerReference(to: Widget("w", "ns", uid: "u1"))
        try metadata.setControllerReference(to: Widget("w", "ns", uid: "u2"), blocksDeletion: false)
        #expect(metadata.ownerReferences?.map(\.uid) == ["u2"])
        #expect(metadata.ownerReferences?.first?.blockOwnerDeletion == nil)
    }

    @Test("a second controller is refused and changes nothing, a second owner is not")
    func second() throws {
        var metadata = ObjectMeta(name: "pod", namespace: "ns")
        try metadata.setControllerReference(to: Widget("w", "ns", uid: "u1"))
        let before = metadata
        let error = #expect(throws: MetaError.self) { try metadata.setControllerReference(to: Widget("x", "ns", uid: "u2")) }
        #expect(error?.code == .alreadyControlled)
        #expect(try #require(error).message.contains("Widget 'w'"))
        #expect(metadata == before)
        try metadata.setOwnerReference(to: Widget("x", "ns", uid: "u2"))
        #expect(metadata.ownerReferences?.map(\.uid) == ["u1", "u2"])
        #expect(metadata.controllerReference?.uid == "u1")
    }

    @Test(
        "an owner in a namespace owns only there; an owner of the cluster owns everywhere",
        arguments: [("ns", "ns", true), ("ns", "other", false), ("ns", nil, false), (nil, "ns", true), (nil, nil, true)]
            as [(String?, String?, Bool)]
    )
    func namespaces(owner: String?, object: String?, isAllowed: Bool) throws {
        var metadata = ObjectMeta(name: "pod", namespace: object)
        if isAllowed {
            try metadata.setOwnerReference(to: Widget("w", owner, uid: "u"))
            #expect(metadata.ownerReferences?.count == 1)
        } else {
            let error = #expect(throws: MetaError.self) { try metadata.setOwnerReference(to: Widget("w", owner, uid: "u")) }
            #expect(error?.code == .foreignNamespace)
            #expect(metadata.ownerReferences == nil)
        }
    }

    @Test(
        "an owner without name or uid is refused",
        arguments: [(nil, "u"), ("w", nil), ("", "u"), ("w", "")] as [(String?, String?)]
    )
    func incomplete(name: String?, uid: String?) {
        var metadata = ObjectMeta(name: "pod")
        let error = #expect(throws: MetaError.self) { try metadata.setOwnerReference(to: Widget(name, uid: uid)) }
        #expect(error?.code == .incompleteOwner)
    }

    @Test("a reference is removed whatever the version of the group that it names")
    func removing() throws {
        var metadata = ObjectMeta(name: "pod", namespace: "ns")
        metadata.ownerReferences = [OwnerReference(apiVersion: "example.com/v1beta1", kind: "Widget", name: "w", uid: "old")]
        let removed = ["x", "w"].map { metadata.removeOwnerReference(to: Widget($0, "ns", uid: "u")) }
        #expect(removed == [false, true])
        #expect(metadata.ownerReferences == nil)
    }
}
