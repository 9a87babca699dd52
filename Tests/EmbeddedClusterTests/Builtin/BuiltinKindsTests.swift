// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta
import Testing

@testable import EmbeddedCluster

@Suite("Built-in kinds have their own rules")
struct BuiltinKindsTests {
    private func errors(_ kind: String, _ body: String, group: String = "") throws -> [String] {
        try BuiltinKind(kind, group: group).createErrors(try JSONValue(parsing: body))
    }

    private static let key =
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', "
        + "regex used for validation is '[-._a-zA-Z0-9]+')"

    @Test(
        "keys of ConfigMaps",
        arguments: [
            (#"{"data":{"bad key!":"v"}}"#, ["data[bad key!]: Invalid value: \"bad key!\": " + key]),
            (#"{"data":{"":"v"}}"#, ["data[]: Invalid value: \"\": " + key]),
            (#"{"data":{"..":"v"}}"#, ["data[..]: Invalid value: \"..\": must not be '..'"]),
            (
                #"{"data":{"k":"v"},"binaryData":{"k":"aGk="}}"#,
                ["data[k]: Invalid value: \"k\": duplicate of key present in binaryData"]
            ),
        ]
    )
    func configMaps(_ body: String, _ expected: [String]) throws { #expect(try errors("ConfigMap", body) == expected) }

    @Test("a ConfigMap holds at most a mebibyte")
    func configMapSize() throws {
        let fits = JSONValue.string(String(repeating: "x", count: 1 << 20))
        let kind = try BuiltinKind("ConfigMap")
        #expect(try kind.createErrors(["data": ["k": fits]]) == [])
        #expect(try kind.createErrors(["data": ["k": fits, "l": "x"]]) == ["[]: Too long: may not be more than 1048576 bytes"])
    }

    @Test("immutable data stays")
    func immutable() throws {
        let kind = try BuiltinKind("ConfigMap")
        let old = try kind.created(["data": ["k": "v"], "immutable": true])
        let rule = "Forbidden: field is immutable when `immutable` is set"
        #expect(try kind.updated(old) { $0["data"] = ["k": "w"] }.errors.map(\.message) == ["data: " + rule])
        #expect(try kind.updated(old) { $0["immutable"] = false }.errors.map(\.message) == ["immutable: " + rule])
        #expect(try kind.updated(old) { $0["metadata"]?["labels"] = ["a": "b"] }.errors == [])
    }

    @Test("plain text of a Secret wins over its data")
    func stringData() throws {
        let secret = try BuiltinKind("Secret").created([
            "data": ["x": "eA==", "y": "b2xk"], "stringData": ["y": "new", "z": "zed"],
        ])
        #expect(secret["data"] == ["x": "eA==", "y": "bmV3", "z": "emVk"])
        #expect(secret["stringData"] == nil)
        #expect(secret["type"] == "Opaque")
    }

    @Test(
        "types of Secrets ask for their keys",
        arguments: [
            (#"{"type":"kubernetes.io/tls","data":{"tls.crt":"eA=="}}"#, ["data[tls.key]: Required value"]),
            (#"{"type":"kubernetes.io/basic-auth"}"#, ["data[username]: Required value", "data[password]: Required value"]),
            (#"{"type":"kubernetes.io/ssh-auth"}"#, ["data[ssh-privatekey]: Required value"]),
            (
                #"{"type":"kubernetes.io/service-account-token"}"#,
                ["metadata.annotations[kubernetes.io/service-account.name]: Required value"]
            ), (#"{"type":"example.com/thing"}"#, []),
        ]
    )
    func secretTypes(_ body: String, _ expected: [String]) throws { #expect(try errors("Secret", body) == expected) }

    @Test(
        "durations and transitions of Leases",
        arguments: [
            (#"{"spec":{"leaseDurationSeconds":0}}"#, ["spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0"]),
            (
                #"{"spec":{"leaseTransitions":-1}}"#,
                ["spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0"]
            ), (#"{"spec":{"holderIdentity":""}}"#, []),
        ]
    )
    func leases(_ body: String, _ expected: [String]) throws {
        #expect(try errors("Lease", body, group: "coordination.k8s.io") == expected)
    }

    @Test("namespaces carry their name as a label and their finalizer, whatever a client writes")
    func namespaces() throws {
        let kind = try BuiltinKind("Namespace")
        let created = try kind.created(["metadata": ["name": "n"], "spec": ["finalizers": []]])
        #expect(created.at("metadata", "labels") == ["kubernetes.io/metadata.name": "n"])
        #expect(created["spec"] == ["finalizers": ["kubernetes"]])
        #expect(created["status"] == ["phase": "Active"])
        let updated = try kind.updated(created) { namespace in
            namespace["metadata"]?["labels"] = ["kubernetes.io/metadata.name": "other"]
            namespace["spec"] = .object([:])
            namespace["status"] = ["phase": "Terminating"]
        }.object
        #expect(updated == created)
    }

    @Test("policies for egress say so, and ports are TCP")
    func networkPolicies() throws {
        let kind = try BuiltinKind("NetworkPolicy", group: "networking.k8s.io")
        let closed = try kind.created(["spec": ["podSelector": .object([:])]])
        #expect(closed.at("spec", "policyTypes") == ["Ingress"])
        let open = try kind.created(["spec": ["egress": [["ports": [["port": 53]]]]]])
        #expect(open.at("spec", "policyTypes") == ["Ingress", "Egress"])
        #expect(open.at("spec", "egress")?[0]?["ports"] == [["port": 53, "protocol": "TCP"]])
        let bad: JSONValue = ["spec": ["egress": [["to": [["ipBlock": ["cidr": "10.0.0.0/8", "except": ["11.0.0.0/16"]]]]]]]]
        #expect(
            try kind.createErrors(bad) == [
                "spec.egress[0].to[0].ipBlock.except[0]: Invalid value: \"11.0.0.0/16\": must be a strict subset of `cidr`"
            ]
        )
    }

    @Test("the template of a workload must be what it selects")
    func workloads() throws {
        let kind = try BuiltinKind("Deployment", group: "apps")
        let template: JSONValue = ["metadata": ["labels": ["a": "b"]], "spec": ["containers": [["name": "c", "image": "i"]]]]
        let deployment = try kind.created(["spec": ["selector": ["matchLabels": ["a": "b"]], "template": template]])
        #expect(deployment.at("spec", "replicas") == 1)
        #expect(
            deployment.at("spec", "strategy") == [
                "type": "RollingUpdate", "rollingUpdate": ["maxUnavailable": "25%", "maxSurge": "25%"],
            ]
        )
        #expect(deployment.at("spec", "template", "spec", "restartPolicy") == "Always")
        #expect(deployment.at("spec", "template", "spec", "enableServiceLinks") == nil)
        #expect(try kind.createErrors(["spec": ["selector": ["matchLabels": ["a": "b"]], "template": template]]) == [])
        let other = try kind.createErrors(["spec": ["selector": ["matchLabels": ["a": "c"]], "template": template]])
        #expect(
            other == [
                "spec.template.metadata.labels: Invalid value: {\"a\":\"b\"}: `selector` does not match template `labels`"
            ]
        )
        #expect(try kind.createErrors(["spec": ["template": template]]).contains("spec.selector: Required value"))
    }

    @Test("rules of roles need verbs")
    func roles() throws {
        let body = #"{"rules":[{"apiGroups":[""],"resources":["pods"],"verbs":[]}]}"#
        #expect(
            try errors("Role", body, group: "rbac.authorization.k8s.io") == [
                "rules[0].verbs: Required value: verbs must contain at least one value"
            ]
        )
    }

    @Test("events are one object in two shapes")
    func eventShapes() throws {
        let core = EventRules(isNew: false)
        let new = EventRules(isNew: true)
        let stored = try BuiltinKind("Event").created([
            "metadata": ["name": "e", "namespace": "n"], "involvedObject": ["kind": "Pod", "namespace": "n"], "reason": "Started",
            "message": "hello", "type": "Normal", "count": 3, "source": ["component": "kubelet"],
            "lastTimestamp": "2024-01-01T00:00:01Z",
        ])
        #expect(core.decodedFromStorage(stored) == stored)
        let served = new.decodedFromStorage(stored)
        #expect(served["note"] == "hello")
        #expect(served["regarding"] == ["kind": "Pod", "namespace": "n"])
        #expect(served["deprecatedCount"] == 3)
        #expect(served["deprecatedSource"] == ["component": "kubelet"])
        #expect(served["reportingController"] == nil)
        #expect(new.encodedForStorage(served) == stored)
    }

    @Test("new events say who saw what, and nobody changes it")
    func newEvents() throws {
        let kind = try BuiltinKind("Event", group: "events.k8s.io")
        let body: JSONValue = [
            "metadata": ["name": "e", "namespace": "n"], "regarding": ["namespace": "n"], "reason": "Started",
            "action": "Starting",
            "note": "hi", "type": "Normal", "reportingController": "example.com/ctl", "reportingInstance": "i",
            "eventTime": "2024-01-01T00:00:00.000001Z",
        ]
        let event = try kind.created(body)
        #expect(try kind.createErrors(body) == [])
        #expect(
            try kind.updated(event) { $0["note"] = "changed" }.errors.map(\.message) == [
                "message: Invalid value: \"changed\": field is immutable"
            ]
        )
        let without = { (field: String) -> JSONValue in
            var body = body
            body[field] = nil
            return body
        }
        #expect(try kind.createErrors(without("action")) == ["action: Required value"])
        #expect(try kind.createErrors(without("eventTime")) == ["eventTime: Required value"])
        #expect(try kind.createErrors(without("type")) == ["type: Invalid value: \"\": has invalid value: "])
    }

    @Test("reviews answer for who asks and are not stored")
    func reviews() throws {
        let access = try BuiltinKind("SelfSubjectAccessReview", group: "authorization.k8s.io").definition.strategy
        let question: JSONValue = ["spec": ["resourceAttributes": ["verb": "delete", "resource": "pods"]]]
        #expect(try access.answer(to: question, context: .test())?.at("status", "allowed") == true)
        var stranger = RequestContext.test()
        stranger.user = UserInfo(name: "bob", uid: "", groups: [])
        #expect(try access.answer(to: question, context: stranger)?.at("status", "allowed") == false)
        let refusal = #expect(throws: StatusError.self) { try access.answer(to: ["spec": .object([:])], context: .test()) }
        #expect(
            refusal?.message
                == ".authorization.k8s.io \"\" is invalid: spec.resourceAttributes: Invalid value: null: exactly one of "
                + "nonResourceAttributes or resourceAttributes must be specified"
        )
        let identity = try BuiltinKind("SelfSubjectReview", group: "authentication.k8s.io").definition.strategy
        let user = try identity.answer(to: .object([:]), context: .test())?.at("status", "userInfo")
        #expect(user == ["username": "admin", "uid": "admin", "groups": ["system:masters", "system:authenticated"]])
        let configMap = try BuiltinKind("ConfigMap").definition.strategy
        #expect(try configMap.answer(to: .object([:]), context: .test()) == nil)
    }

    @Test("strategic merge knows the lists of built-in structs")
    func mergeSchema() throws {
        let schema = try #require(try BuiltinKind("Pod").definition.strategy.strategicMergeSchema())
        let containers = try #require(schema.field("spec")?.schema?.field("containers"))
        #expect(containers.mergeKey == "name")
        #expect(containers.strategies == ["merge"])
        #expect(containers.schema?.field("ports")?.mergeKey == "containerPort")
        #expect(schema.field("spec")?.schema?.field("volumes")?.strategies == ["merge", "retainKeys"])
        #expect(schema.field("metadata")?.schema?.field("finalizers")?.strategies == ["merge"])
        #expect(schema.field("nope") == nil)
    }
}
