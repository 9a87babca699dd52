// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta
import Testing

@Suite("Small types")
struct ValueTypeTests {
    @Test("a type's name splits into group and version as objects write it")
    func groupVersionKind() {
        #expect(GroupVersionKind(apiVersion: "v1", kind: "Pod") == GroupVersionKind(group: "", version: "v1", kind: "Pod"))
        let lease = GroupVersionKind(apiVersion: "coordination.k8s.io/v1", kind: "Lease")
        #expect(lease == GroupVersionKind(group: "coordination.k8s.io", version: "v1", kind: "Lease"))
        #expect(lease.apiVersion == "coordination.k8s.io/v1")
    }

    @Test(
        "base64 of RFC 4648",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ]
    )
    func base64(plain: String, encoded: String) throws {
        #expect(Base64Data(Array(plain.utf8)).text == encoded)
        #expect(try #require(Base64Data(text: encoded)).bytes == Array(plain.utf8))
    }

    @Test("all bytes survive base64, and line breaks are allowed as in Go")
    func base64Bytes() throws {
        let bytes = (0...255).map { UInt8($0) } + (0...255).reversed().map { UInt8($0) }
        #expect(Base64Data(bytes).bytes == bytes)
        #expect(try #require(Base64Data(text: "Zm9v\r\nYmFy\n")).bytes == Array("foobar".utf8))
    }

    @Test(
        "what is not base64 is refused",
        arguments: ["Z", "Zg", "Zg=", "Zg===", "Zm9v=", "Zm=v", "Zm9*", "Zm-_", "=", "Zg==Zg=="]
    )
    func notBase64(text: String) {
        #expect(Base64Data(text: text) == nil)
        let error = #expect(throws: JSONError.self) { try JSONValue.string(text).decoded(as: Base64Data.self) }
        #expect(error?.code == .invalidValue)
    }

    @Test("a port is a number or a name")
    func intOrString() throws {
        #expect(try JSONValue(parsing: #"[80,"http","80"]"#).decoded(as: [IntOrString].self) == [80, "http", "80"])
        #expect(JSONValue(encoding: [80, "http"] as [IntOrString]).text == #"[80,"http"]"#)
        #expect(throws: JSONError.self) { try JSONValue(parsing: "1.5").decoded(as: IntOrString.self) }
    }

    @Test(
        "a percentage is a share of a total, rounded as asked",
        arguments: [
            (5, 10, 5, 5), ("25%", 10, 2, 3), ("50%", 10, 5, 5), ("0%", 7, 0, 0), ("100%", 7, 7, 7), ("1%", 1, 0, 1),
            ("150%", 3, 4, 5),
            ("half", 10, nil, nil), ("2.5%", 10, nil, nil), ("%", 10, nil, nil), ("10", 10, nil, nil),
        ] as [(IntOrString, Int, Int?, Int?)]
    )
    func percentages(value: IntOrString, total: Int, down: Int?, up: Int?) {
        #expect(value.scaled(to: total, roundingUp: false) == down)
        #expect(value.scaled(to: total, roundingUp: true) == up)
    }

    @Test("the names of types travel as objects of three members")
    func typeNames() throws {
        let kind = GroupVersionKind(group: "apps", version: "v1", kind: "Deployment")
        let resource = GroupVersionResource(group: "apps", version: "v1", resource: "deployments")
        #expect(JSONValue(encoding: kind) == ["group": "apps", "version": "v1", "kind": "Deployment"])
        #expect(JSONValue(encoding: resource) == ["group": "apps", "version": "v1", "resource": "deployments"])
        #expect(try JSONValue(encoding: kind).decoded(as: GroupVersionKind.self) == kind)
        #expect(try JSONValue(encoding: resource).decoded(as: GroupVersionResource.self) == resource)
        #expect(resource.description == "apps/v1/deployments")
        #expect(GroupVersionResource(group: "", version: "v1", resource: "pods").apiVersion == "v1")
    }

    @Test(
        "label selectors select as Kubernetes does",
        arguments: [
            (LabelSelector(), true),
            (LabelSelector(matchLabels: ["app": "web"]), true),
            (LabelSelector(matchLabels: ["app": "web", "tier": "x"]), false),
            (LabelSelector(matchExpressions: [.init(key: "app", operator: "In", values: ["a", "web"])]), true),
            (LabelSelector(matchExpressions: [.init(key: "none", operator: "In", values: ["a"])]), false),
            (LabelSelector(matchExpressions: [.init(key: "none", operator: "NotIn", values: ["a"])]), true),
            (LabelSelector(matchExpressions: [.init(key: "app", operator: "NotIn", values: ["web"])]), false),
            (LabelSelector(matchExpressions: [.init(key: "app", operator: "Exists")]), true),
            (LabelSelector(matchExpressions: [.init(key: "app", operator: "DoesNotExist")]), false),
            (LabelSelector(matchExpressions: [.init(key: "app", operator: "Like", values: ["web"])]), false),
            (LabelSelector(matchExpressions: [.init(key: "app", operator: "Exists")], matchLabels: ["app": "db"]), false),
        ]
    )
    func selectors(selector: LabelSelector, isSelected: Bool) {
        #expect(selector.matches(["app": "web", "env": "prod"]) == isSelected)
    }

    @Test("a dynamic object reads and changes its metadata and keeps the rest as it is")
    func dynamicObject() throws {
        let document =
            #"{"kind":"Widget","apiVersion":"example.com/v1","metadata":{"name":"a","x":1,"labels":{"l":"v"}},"spec":{"n":1.50}}"#
        var object = try JSON.decode(DynamicObject.self, from: Array(document.utf8))
        #expect(object.groupVersionKind == GroupVersionKind(group: "example.com", version: "v1", kind: "Widget"))
        #expect(object.name == "a")
        #expect(object.namespace == nil)
        #expect(object.labels == ["l": "v"])
        #expect(object.json.text == document)
        object.namespace = "ns"
        object.resourceVersion = "7"
        #expect(try object.metadata().namespace == "ns")
        #expect(object.json["metadata"]?["x"] == 1)
        var metadata = try object.metadata()
        metadata.labels = nil
        object.setMetadata(metadata)
        #expect(object.json["metadata"] == ["name": "a", "namespace": "ns", "resourceVersion": "7", "x": 1])
        #expect(throws: JSONError.self) { try JSON.decode(DynamicObject.self, from: Array("[]".utf8)) }
    }

    @Test("a dynamic object of a type says so")
    func dynamicObjectOfType() {
        let object = DynamicObject(GroupVersionKind(apiVersion: "a.b/v1", kind: "C"), metadata: ObjectMeta(name: "n"))
        #expect(object.json == ["apiVersion": "a.b/v1", "kind": "C", "metadata": ["name": "n"]])
    }
}
