// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import KubernetesClient
import KubernetesJSON
import Testing

@testable import EmbeddedCluster

@Suite("Webhooks on the way of requests", .timeLimit(.minutes(1)))
struct WebhookRequestTests {
    static let path = TestCluster.configMaps
    static let merge = "application/merge-patch+json"

    @Test("every write is sent, with what the path names; reads are not")
    func operations() async throws {
        let cluster = try HookedCluster()
        cluster.hooks.handle("v", FakeWebhooks.allow)
        try await cluster.register(.validating, "v")
        try await cluster.test.send(.post, Self.path, TestCluster.configMap("a"))
        try await cluster.test.send(.patch, Self.path + "/a", ["data": ["k": "v"]], type: Self.merge)
        try await cluster.test.send(.put, Self.path + "/a", TestCluster.configMap("a"))
        try await cluster.test.send(.get, Self.path + "/a")
        try await cluster.test.send(.get, Self.path)
        try await cluster.test.send(.delete, Self.path + "/a")
        try await cluster.test.send(.post, Self.path, TestCluster.configMap("b"))
        try await cluster.test.send(.delete, Self.path)
        #expect(
            cluster.hooks.lines == [
                "CREATE configmaps a", "UPDATE configmaps a", "UPDATE configmaps a", "DELETE configmaps a", "CREATE configmaps b",
                "DELETE configmaps", "DELETE configmaps",
            ],
            "a collection is deleted object by object, and the namespace has another"
        )
    }

    @Test("a Namespace is its own namespace, in all requests about it")
    func namespaces() async throws {
        let cluster = try HookedCluster()
        cluster.hooks.handle("v", FakeWebhooks.allow)
        try await cluster.register(.validating, "v")
        let namespace: JSONValue = ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "n"]]
        try await cluster.test.send(.post, "/api/v1/namespaces", namespace)
        try await cluster.test.send(.patch, "/api/v1/namespaces/n/status", ["status": ["phase": "Active"]], type: Self.merge)
        try await cluster.test.send(.delete, "/api/v1/namespaces/n")
        #expect(cluster.hooks.lines == ["CREATE namespaces n", "UPDATE namespaces/status n", "DELETE namespaces n"])
        #expect(cluster.hooks.asked.allSatisfy { $0["namespace"] == "n" })
    }

    @Test("what is done to a pod or namespace by an object of its own is sent as that object")
    func parts() async throws {
        let cluster = try HookedCluster()
        let pods = "/api/v1/namespaces/default/pods"
        let pod: JSONValue = [
            "apiVersion": "v1", "kind": "Pod", "metadata": ["name": "p"], "spec": ["containers": [["name": "c", "image": "x"]]],
        ]
        try await cluster.test.send(.post, pods, pod)
        let namespace: JSONValue = ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "n"]]
        try await cluster.test.send(.post, "/api/v1/namespaces", namespace)
        cluster.hooks.handle("v", FakeWebhooks.deny("no"))
        try await cluster.register(.validating, "v")
        let binding: JSONValue = [
            "apiVersion": "v1", "kind": "Binding", "metadata": ["name": "p"], "target": ["kind": "Node", "name": "n"],
        ]
        let eviction: JSONValue = ["apiVersion": "policy/v1", "kind": "Eviction", "metadata": ["name": "p"]]
        #expect(try await cluster.test.send(.post, pods + "/p/binding", binding).status == 400)
        #expect(try await cluster.test.send(.post, pods + "/p/eviction", eviction).status == 400)
        #expect(try await cluster.test.send(.put, "/api/v1/namespaces/n/finalize", namespace).status == 400)
        #expect(try await cluster.test.send(.get, pods + "/p").body["spec"]?["nodeName"] == nil)
        #expect(cluster.hooks.lines == ["CREATE pods/binding p", "CREATE pods/eviction p", "UPDATE namespaces/finalize n"])
        #expect(cluster.hooks.asked.map { $0["kind"]?["kind"] } == ["Binding", "Eviction", "Namespace"])

        cluster.hooks.handle("v", FakeWebhooks.allow)
        cluster.hooks.forget()
        #expect(try await cluster.test.send(.post, pods + "/p/eviction", eviction).status == 201)
        #expect(try await cluster.test.send(.get, pods + "/p").status == 404)
        #expect(cluster.hooks.lines == ["CREATE pods/eviction p"], "an eviction is no further deletion")
    }

    @Test("a refusal changes nothing, for each kind of write")
    func refusal() async throws {
        let cluster = try HookedCluster()
        try await cluster.test.send(.post, Self.path, TestCluster.configMap("a", ["k": "1"]))
        cluster.hooks.handle("v", FakeWebhooks.deny("not now"))
        try await cluster.register(.validating, "v")
        let before = try await cluster.test.send(.get, Self.path).body
        let answers = [
            try await cluster.test.send(.post, Self.path, TestCluster.configMap("b")),
            try await cluster.test.send(.put, Self.path + "/a", TestCluster.configMap("a", ["k": "2"])),
            try await cluster.test.send(.patch, Self.path + "/a", ["data": ["k": "2"]], type: Self.merge),
            try await cluster.test.send(.delete, Self.path + "/a"),
            try await cluster.test.send(.delete, Self.path),
        ]
        for answer in answers {
            #expect(answer.status == 400)
            #expect(answer.body["message"] == "admission webhook \"v.example.com\" denied the request: not now")
        }
        #expect(try await cluster.test.send(.get, Self.path).body == before)
        try await cluster.unregister(.validating, "v")
        #expect(try await cluster.test.send(.delete, Self.path + "/a").status == 200)
    }

    @Test("who asks is told")
    func user() async throws {
        let cluster = try HookedCluster()
        cluster.hooks.handle("v", FakeWebhooks.allow)
        try await cluster.register(.validating, "v")
        let bob = UserInfo(name: "bob", uid: "7", groups: ["team", "system:masters"])
        let head = HTTPRequest(method: .post, scheme: nil, authority: nil, path: Self.path)
        _ = await cluster.test.cluster.handle(head, body: TestCluster.configMap("a").serialized(), user: bob)
        #expect(cluster.hooks.asked.first?["userInfo"] == ["username": "bob", "uid": "7", "groups": ["team", "system:masters"]])
    }

    @Test("a webhook whose rules name another version gets the object in that version, and its patch is for that version")
    func otherVersion() async throws {
        let cluster = try HookedCluster()
        func version(_ name: String, storage: Bool) -> JSONValue {
            let schema: JSONValue = ["type": "object", "x-kubernetes-preserve-unknown-fields": true]
            return [
                "name": .string(name), "served": true, "storage": .bool(storage), "schema": ["openAPIV3Schema": schema],
            ]
        }
        let names: JSONValue = ["plural": "kites", "singular": "kite", "kind": "Kite", "listKind": "KiteList"]
        let definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
        let definition: JSONValue = [
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": ["name": "kites.example.com"],
            "spec": [
                "group": "example.com", "scope": "Namespaced", "names": names,
                "versions": [version("v1", storage: true), version("v1beta1", storage: false)],
            ],
        ]
        #expect(try await cluster.test.send(.post, definitions, definition).status == 201)
        let established: JSONValue = [
            "status": ["acceptedNames": names, "conditions": [["type": "Established", "status": "True"]]]
        ]
        try await cluster.test.send(.patch, definitions + "/kites.example.com/status", established, type: Self.merge)
        let rule: JSONValue = [
            "operations": ["CREATE"], "apiGroups": ["example.com"], "apiVersions": ["v1beta1"], "resources": ["kites"],
        ]
        cluster.hooks.handle(
            "m",
            FakeWebhooks.patch(
                ["op": "test", "path": "/apiVersion", "value": "example.com/v1beta1"],
                ["op": "add", "path": "/n", "value": 1]
            )
        )
        try await cluster.register(.mutating, "m", ["rules": [rule]])
        let kite: JSONValue = ["apiVersion": "example.com/v1", "kind": "Kite", "metadata": ["name": "k"]]
        let created = try await cluster.test.send(.post, "/apis/example.com/v1/namespaces/default/kites", kite)
        #expect(created.status == 201, "\(created.body)")
        #expect(created.body["apiVersion"] == "example.com/v1")
        #expect(created.body["n"] == 1)
        let asked = cluster.hooks.asked.first
        #expect(asked?["object"]?["apiVersion"] == "example.com/v1beta1")
        #expect(asked?["resource"]?["version"] == "v1beta1")
        #expect(asked?["kind"]?["version"] == "v1beta1")
        #expect(asked?["requestResource"]?["version"] == "v1")
        #expect(asked?["requestKind"]?["version"] == "v1")
    }

    @Test("a patched object is read anew, checked, and what the validating webhooks see")
    func mutation() async throws {
        let cluster = try HookedCluster()
        cluster.hooks.handle("m", FakeWebhooks.patch(["op": "add", "path": "/data", "value": ["k": "mutated"]]))
        cluster.hooks.handle("v", FakeWebhooks.allow)
        try await cluster.register(.mutating, "m")
        try await cluster.register(.validating, "v")
        let created = try await cluster.test.send(.post, Self.path, TestCluster.configMap("a"))
        #expect(created.body["data"] == ["k": "mutated"])
        #expect(cluster.hooks.asked.last?["object"]?["data"] == ["k": "mutated"])
        #expect(cluster.hooks.asked.last?["object"]?["metadata"]?["uid"] == created.body["metadata"]?["uid"])

        cluster.hooks.handle("m", FakeWebhooks.patch(["op": "add", "path": "/data", "value": ["BAD KEY": "x"]]))
        let refused = try await cluster.test.send(.patch, Self.path + "/a", ["data": ["k": "2"]], type: Self.merge)
        #expect(refused.status == 422)
        cluster.hooks.handle("m", FakeWebhooks.patch(["op": "add", "path": "/data", "value": 7]))
        let unreadable = try await cluster.test.send(.post, Self.path, TestCluster.configMap("b"))
        #expect(unreadable.status == 500)
        #expect(unreadable.body["message"]?.string?.contains("cannot unmarshal number") == true)
    }

    @Test("a mutating webhook cannot give an updated object another name, nor change one that is deleted")
    func unchangeable() async throws {
        let cluster = try HookedCluster()
        try await cluster.test.send(.post, Self.path, TestCluster.configMap("a"))
        cluster.hooks.handle("m", FakeWebhooks.patch(["op": "add", "path": "/metadata/name", "value": "b"]))
        try await cluster.register(.mutating, "m")
        let renamed = try await cluster.test.send(.put, Self.path + "/a", TestCluster.configMap("a"))
        #expect(renamed.status == 400)
        let deleted = try await cluster.test.send(.delete, Self.path + "/a")
        #expect(deleted.status == 500)
        #expect(
            deleted.body["message"]?.string?.hasSuffix(
                "attempted to modify the object, which is not supported for this operation"
            )
                == true
        )
        #expect(try await cluster.test.send(.get, Self.path + "/a").status == 200)
    }

    @Test("defaults are there when a webhook sees the object, and again after its patch")
    func defaults() async throws {
        let cluster = try HookedCluster()
        let container: JSONValue = ["name": "second", "image": "x"]
        cluster.hooks.handle("m", FakeWebhooks.patch(["op": "add", "path": "/spec/containers/-", "value": container]))
        try await cluster.register(.mutating, "m")
        let pod: JSONValue = [
            "apiVersion": "v1", "kind": "Pod", "metadata": ["name": "p"],
            "spec": ["containers": [["name": "first", "image": "x"]]],
        ]
        let created = try await cluster.test.send(.post, "/api/v1/namespaces/default/pods", pod)
        #expect(created.status == 201, "\(created.body)")
        #expect(cluster.hooks.asked.first?["object"]?["spec"]?["restartPolicy"] == "Always")
        let containers = created.body["spec"]?["containers"]?.array ?? []
        #expect(containers.count == 2)
        #expect(containers.last?["imagePullPolicy"] == "Always")
        #expect(containers.last?["volumeMounts"]?.array?.count == 1, "the server's own admission sees the new container")
        #expect(created.body["spec"]?["volumes"]?.array?.count == 1)
    }

    @Test("a write that was decided from an outdated object is decided anew, webhooks included")
    func retried() async throws {
        let cluster = try HookedCluster()
        try await cluster.test.send(.post, Self.path, TestCluster.configMap("a", ["n": "0"]))
        let test = cluster.test
        let isFirst = Locked(true)
        cluster.hooks.handle("v") { request in
            guard
                isFirst.withLock({ first in
                    defer { first = false }
                    return first
                })
            else { return ["allowed": true] }
            // Somebody else is faster.
            do {
                try await test.send(.patch, Self.path + "/a", ["data": ["other": "1"]], type: Self.merge)
            } catch { Issue.record(error) }
            return ["allowed": true]
        }
        try await cluster.register(.validating, "v")
        let answer = try await cluster.test.send(.patch, Self.path + "/a", ["data": ["n": "1"]], type: Self.merge)
        #expect(answer.body["data"] == ["n": "1", "other": "1"])
        #expect(cluster.hooks.lines.count == 3, "the patch, the other's patch, the patch again")
        #expect(cluster.hooks.asked.last?["oldObject"]?["data"]?["other"] == "1")
    }

    @Test("one that cannot be asked refuses or is ignored, as its policy says", arguments: [("Fail", 500), ("Ignore", 201)])
    func failurePolicy(policy: String, status: Int) async throws {
        for kind in WebhookDirectory.Kind.allCases {
            let cluster = try HookedCluster()
            try await cluster.register(kind, "gone", ["failurePolicy": .string(policy)])
            let answer = try await cluster.test.send(.post, Self.path, TestCluster.configMap("a"))
            #expect(answer.status == status)
            guard policy == "Fail" else { continue }
            let expected =
                "Internal error occurred: failed calling webhook \"gone.example.com\": failed to call webhook: "
                + "Post \"https://hook/gone?timeout=10s\": connection refused"
            #expect(answer.body["message"]?.string == expected)
        }
    }

    @Test("a patch that cannot be applied refuses the request even when failures are ignored")
    func inapplicable() async throws {
        let cluster = try HookedCluster()
        cluster.hooks.handle("m", FakeWebhooks.patch(["op": "remove", "path": "/none"]))
        try await cluster.register(.mutating, "m", ["failurePolicy": "Ignore"])
        #expect(try await cluster.test.send(.post, Self.path, TestCluster.configMap("a")).status == 500)
    }

    @Test("a Service without endpoints is told in a real server's words")
    func service() async throws {
        struct Resolving: WebhookCaller {
            func call(_ call: WebhookCall) async throws(WebhookCallError) -> WebhookAnswer {
                let address = try call.address()
                throw WebhookCallError("at \(address.host):\(address.port) as \(address.serverName)\(call.path)")
            }
        }
        let test = try TestCluster(options: EmbeddedClusterOptions(webhookCaller: Resolving()))
        let configuration: JSONValue = [
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration", "metadata": ["name": "c"],
            "webhooks": [
                [
                    "name": "w.example.com",
                    "clientConfig": ["service": ["name": "s", "namespace": "default", "path": "/check"]],
                    "rules": [["operations": ["*"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"]]],
                    "sideEffects": "None", "admissionReviewVersions": ["v1"], "timeoutSeconds": 3,
                ]
            ],
        ]
        try await test.send(.post, "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations", configuration)
        func reason() async throws -> String {
            let answer = try await test.send(.post, Self.path, TestCluster.configMap("a"))
            let prefix =
                "Internal error occurred: failed calling webhook \"w.example.com\": failed to call webhook: "
                + "Post \"https://s.default.svc:443/check?timeout=3s\": "
            let message = answer.body["message"]?.string ?? ""
            #expect(message.hasPrefix(prefix))
            return String(message.dropFirst(prefix.count))
        }
        #expect(try await reason() == "service \"s\" not found")
        let service: JSONValue = [
            "apiVersion": "v1", "kind": "Service", "metadata": ["name": "s"],
            "spec": ["ports": [["port": 443, "targetPort": 9443]]],
        ]
        try await test.send(.post, "/api/v1/namespaces/default/services", service)
        #expect(try await reason() == "no endpoints available for service \"s\"")
        let endpoints: JSONValue = [
            "apiVersion": "v1", "kind": "Endpoints", "metadata": ["name": "s"],
            "subsets": [["addresses": [["ip": "10.0.0.7"]], "ports": [["port": 9443]]]],
        ]
        try await test.send(.post, "/api/v1/namespaces/default/endpoints", endpoints)
        #expect(try await reason() == "at 10.0.0.7:9443 as s.default.svc/check?timeout=3s")
    }

    @Test("webhooks that were registered before a restart are asked after it")
    func restart() async throws {
        let storage = FailingStorage()
        let first = try HookedCluster(storage: storage)
        first.hooks.handle("v", FakeWebhooks.allow)
        try await first.register(.validating, "v")
        let second = try HookedCluster(storage: ReplayingStorage(changes: storage.committed.withLock { $0 }))
        #expect(try await second.test.send(.post, Self.path, TestCluster.configMap("a")).status == 500)
        #expect(second.hooks.lines == ["CREATE configmaps a"])
    }

    @Test("a webhook with match conditions is refused, and one that is stored already is not asked but fails")
    func conditions() async throws {
        let cluster = try HookedCluster()
        let webhook: JSONValue = [
            "name": "w.example.com", "clientConfig": ["url": "https://hook/w"], "sideEffects": "None",
            "admissionReviewVersions": ["v1"],
            "matchConditions": [["name": "a", "expression": "true"]],
            "rules": [["operations": ["*"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"]]],
        ]
        let body: JSONValue = [
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration", "metadata": ["name": "c"],
            "webhooks": [webhook],
        ]
        let answer = try await cluster.test.send(
            .post,
            "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
            body
        )
        #expect(answer.status == 422)
        #expect(
            answer.body["message"]?.string?.contains("webhooks[0].matchConditions: Forbidden: this cluster does not evaluate")
                == true
        )

        cluster.hooks.handle("w", FakeWebhooks.allow)
        cluster.test.cluster.handler.webhooks.directory.withLock { $0.set(.validating, name: "c", body) }
        let refused = try await cluster.test.send(.post, Self.path, TestCluster.configMap("a"))
        #expect(refused.status == 500)
        #expect(refused.body["message"]?.string?.contains("its matchConditions are expressions") == true)
        #expect(cluster.hooks.lines.isEmpty)
    }

    @Test("warnings come with the answer, with a refusal too")
    func warnings() async throws {
        let cluster = try HookedCluster()
        cluster.hooks.handle("m") { _ in ["allowed": true, "warnings": ["from m"]] }
        cluster.hooks.handle("v") { request in
            ["allowed": .bool(request["operation"] != "DELETE"), "warnings": ["from v"]]
        }
        try await cluster.register(.mutating, "m")
        try await cluster.register(.validating, "v")
        let expected = ["299 - \"from m\"", "299 - \"from v\""]
        for (method, path, body) in [
            (.post, Self.path, TestCluster.configMap("a")), (.put, Self.path + "/a", TestCluster.configMap("a", ["k": "v"])),
            (.delete, Self.path + "/a", nil), (.delete, Self.path, nil),
        ] as [(HTTPRequest.Method, String, JSONValue?)] {
            let exchange = await cluster.test.exchange(method, path, body)
            let name = try #require(HTTPField.Name("Warning"))
            #expect(exchange.head.headerFields[values: name] == expected, "\(method) \(path)")
        }
    }
}
