// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta
import Testing

@testable import EmbeddedCluster

@Suite("Which requests a webhook is asked about")
struct WebhookMatchingTests {
    static let pods = ResourceRegistry.Key(group: "", version: "v1", plural: "pods")
    static let namespaces = ResourceRegistry.Key(group: "", version: "v1", plural: "namespaces")
    static let nodes = ResourceRegistry.Key(group: "", version: "v1", plural: "nodes")

    static func attributes(
        _ operation: AdmissionAttributes.Operation = .create,
        _ resource: ResourceRegistry.Key = pods,
        subresource: String = "",
        kind: String = "Pod",
        namespace: String = "team",
        labels: JSONValue? = .object([:]),
        oldLabels: JSONValue? = nil
    ) -> AdmissionAttributes {
        func object(_ labels: JSONValue?) -> JSONValue? {
            labels.map { ["apiVersion": "v1", "kind": .string(kind), "metadata": ["name": "a", "labels": $0]] }
        }
        return AdmissionAttributes(
            operation: operation,
            resource: resource,
            subresource: subresource,
            kind: GroupVersionKind(group: resource.group, version: resource.version, kind: kind),
            name: "a",
            namespace: namespace,
            object: object(labels),
            oldObject: object(oldLabels),
            options: [:],
            isDryRun: false,
            user: .admin
        )
    }

    static func webhook(_ rule: JSONValue, _ other: JSONObject = [:]) -> RegisteredWebhook {
        var webhook: JSONObject = ["name": "w.example.com", "clientConfig": ["url": "https://a/x"], "rules": [rule]]
        for (key, value) in other { webhook[key] = value }
        return RegisteredWebhook(.object(webhook), configuration: "c")
    }

    static func rule(
        operations: JSONValue = ["*"],
        groups: JSONValue = ["*"],
        versions: JSONValue = ["*"],
        resources: JSONValue = ["*/*"],
        scope: JSONValue = "*"
    ) -> JSONValue {
        [
            "operations": operations, "apiGroups": groups, "apiVersions": versions, "resources": resources, "scope": scope,
        ]
    }

    static func isAsked(
        _ webhook: RegisteredWebhook,
        _ attributes: AdmissionAttributes,
        namespace: [String: String]? = [:],
        equivalents: [WebhookMatching.Target] = []
    ) throws -> Bool {
        let matching = WebhookMatching(equivalents: equivalents, namespaceLabels: namespace)
        return try matching.target(of: webhook, attributes) != nil
    }

    @Test(
        "operations, groups and versions are named, or all by a star",
        arguments: [
            (rule(), true), (rule(operations: ["CREATE"]), true), (rule(operations: ["UPDATE", "DELETE"]), false),
            (rule(groups: [""]), true), (rule(groups: ["apps"]), false), (rule(groups: ["apps", "*"]), true),
            (rule(versions: ["v1"]), true), (rule(versions: ["v2"]), false),
        ] as [(JSONValue, Bool)]
    )
    func lists(rule: JSONValue, expected: Bool) throws {
        #expect(try Self.isAsked(Self.webhook(rule), Self.attributes()) == expected)
    }

    @Test(
        "a star stands for resources, or for subresources, and only where it is written",
        arguments: [
            ("pods", "", true), ("pods", "status", false), ("pods/status", "status", true), ("pods/status", "", false),
            ("pods/*", "", true), ("pods/*", "status", true), ("*", "", true), ("*", "status", false),
            ("*/status", "status", true),
            ("*/status", "", false), ("*/*", "", true), ("*/*", "status", true), ("configmaps", "", false),
            ("configmaps/*", "", false),
        ]
    )
    func resources(resource: String, subresource: String, expected: Bool) throws {
        let webhook = Self.webhook(Self.rule(resources: [.string(resource)]))
        #expect(try Self.isAsked(webhook, Self.attributes(subresource: subresource)) == expected)
    }

    @Test(
        "a Namespace is cluster-scoped although its requests carry a namespace",
        arguments: [
            ("*", true, true, true), ("Namespaced", true, false, false), ("Cluster", false, true, true),
        ]
    )
    func scope(scope: String, pods: Bool, nodes: Bool, namespaces: Bool) throws {
        let webhook = Self.webhook(Self.rule(scope: .string(scope)))
        #expect(try Self.isAsked(webhook, Self.attributes()) == pods)
        #expect(try Self.isAsked(webhook, Self.attributes(.create, Self.nodes, kind: "Node", namespace: "")) == nodes)
        let namespace = Self.attributes(.create, Self.namespaces, kind: "Namespace", namespace: "a")
        #expect(try Self.isAsked(webhook, namespace) == namespaces)
    }

    static let onlyGold: JSONObject = ["namespaceSelector": ["matchLabels": ["tier": "gold"]]]

    @Test("a selector of namespaces looks at the request's namespace, and lets cluster-scoped objects pass")
    func namespaceSelector() throws {
        let webhook = Self.webhook(Self.rule(), Self.onlyGold)
        #expect(try Self.isAsked(webhook, Self.attributes(), namespace: ["tier": "gold"]))
        #expect(try !Self.isAsked(webhook, Self.attributes(), namespace: ["tier": "tin"]))
        #expect(try !Self.isAsked(webhook, Self.attributes(), namespace: [:]))
        let node = Self.attributes(.create, Self.nodes, kind: "Node", namespace: "")
        #expect(try Self.isAsked(webhook, node, namespace: nil))
    }

    @Test("a Namespace is selected as it will be, and when it is deleted as it is")
    func namespaceObject() throws {
        let webhook = Self.webhook(Self.rule(), Self.onlyGold)
        func namespace(_ operation: AdmissionAttributes.Operation, _ labels: JSONValue?) -> AdmissionAttributes {
            Self.attributes(operation, Self.namespaces, kind: "Namespace", namespace: "a", labels: labels)
        }
        #expect(try Self.isAsked(webhook, namespace(.create, ["tier": "gold"]), namespace: nil))
        #expect(try Self.isAsked(webhook, namespace(.update, ["tier": "gold"]), namespace: ["tier": "tin"]))
        #expect(try !Self.isAsked(webhook, namespace(.update, ["tier": "tin"]), namespace: ["tier": "gold"]))
        #expect(try Self.isAsked(webhook, namespace(.delete, nil), namespace: ["tier": "gold"]))
    }

    @Test("a selector that needs the labels of a missing namespace fails the request only when the rules match")
    func missingNamespace() throws {
        #expect(throws: StatusError.notFound(QualifiedName(group: "", name: "namespaces"), name: "team")) {
            try Self.isAsked(Self.webhook(Self.rule(), Self.onlyGold), Self.attributes(), namespace: nil)
        }
        let other = Self.webhook(Self.rule(resources: ["services"]), Self.onlyGold)
        #expect(try !Self.isAsked(other, Self.attributes(), namespace: nil))
        #expect(try Self.isAsked(Self.webhook(Self.rule()), Self.attributes(), namespace: nil))
    }

    @Test("a selector of objects is satisfied by the new or the old object")
    func objectSelector() throws {
        let webhook = Self.webhook(
            Self.rule(),
            ["objectSelector": ["matchExpressions": [["key": "skip", "operator": "DoesNotExist"]]]]
        )
        let skip: JSONValue = ["skip": "1"]
        #expect(try Self.isAsked(webhook, Self.attributes()))
        #expect(try !Self.isAsked(webhook, Self.attributes(labels: skip)))
        #expect(try Self.isAsked(webhook, Self.attributes(.update, labels: skip, oldLabels: .object([:]))))
        #expect(try Self.isAsked(webhook, Self.attributes(.update, labels: .object([:]), oldLabels: skip)))
        #expect(try !Self.isAsked(webhook, Self.attributes(.delete, labels: nil, oldLabels: skip)))
    }

    @Test(
        "all operators of a selector",
        arguments: [
            ("In", ["a", "b"], ["k": "b"], true), ("In", ["a"], ["k": "b"], false), ("In", ["a"], [:], false),
            ("NotIn", ["a"], ["k": "b"], true), ("NotIn", ["a"], ["k": "a"], false), ("NotIn", ["a"], [:], true),
            ("Exists", [], ["k": ""], true), ("Exists", [], [:], false),
            ("DoesNotExist", [], ["k": ""], false), ("DoesNotExist", [], [:], true),
        ] as [(String, [String], [String: String], Bool)]
    )
    func operators(name: String, values: [String], labels: [String: String], expected: Bool) {
        let selector: JSONValue = [
            "matchExpressions": [["key": "k", "operator": .string(name), "values": .array(values.map(JSONValue.string))]]
        ]
        #expect(LabelSelection(selector: selector).matches(labels) == expected)
    }

    @Test("another version of the resource is sent in the rule's version, unless the policy is Exact")
    func equivalents() throws {
        let kites = { ResourceRegistry.Key(group: "example.com", version: $0, plural: "kites") }
        let old = WebhookMatching.Target(
            resource: kites("v1beta1"),
            kind: GroupVersionKind(group: "example.com", version: "v1beta1", kind: "Kite")
        )
        let matching = WebhookMatching(equivalents: [old], namespaceLabels: [:])
        let attributes = Self.attributes(.create, kites("v1"), kind: "Kite")
        let rule = Self.rule(groups: ["example.com"], versions: ["v1beta1"], resources: ["kites", "kites/scale"])
        #expect(try matching.target(of: Self.webhook(rule), attributes) == old)
        #expect(try matching.target(of: Self.webhook(rule, ["matchPolicy": "Exact"]), attributes) == nil)

        var scale = attributes
        scale.subresource = "scale"
        scale.kind = GroupVersionKind(group: "autoscaling", version: "v1", kind: "Scale")
        let target = try matching.target(of: Self.webhook(rule), scale)
        #expect(target?.resource == kites("v1beta1"))
        #expect(target?.kind == scale.kind, "a Scale is a Scale in every version")
    }

    @Test("configurations of webhooks are sent to none")
    func exempt() throws {
        for plural in ["validatingwebhookconfigurations", "mutatingwebhookconfigurations"] {
            let key = ResourceRegistry.Key(group: "admissionregistration.k8s.io", version: "v1", plural: plural)
            let kind = plural.hasPrefix("v") ? "ValidatingWebhookConfiguration" : "MutatingWebhookConfiguration"
            #expect(try !Self.isAsked(Self.webhook(Self.rule()), Self.attributes(.delete, key, kind: kind, namespace: "")))
        }
    }

    @Test("configurations are asked in the order of their names, each webhook once as it is now")
    func order() {
        var directory = WebhookDirectory()
        func configuration(_ names: String...) -> JSONValue {
            ["webhooks": .array(names.map { ["name": .string($0), "clientConfig": ["url": "https://a"]] })]
        }
        directory.set(.mutating, name: "b", configuration("3", "2"))
        directory.set(.mutating, name: "a", configuration("9"))
        directory.set(.validating, name: "a", configuration("v"))
        #expect(directory.mutating.map(\.name) == ["9", "3", "2"])
        #expect(directory.validating.map(\.name) == ["v"])
        directory.set(.mutating, name: "b", configuration("4"))
        directory.set(.mutating, name: "a", nil)
        #expect(directory.mutating.map(\.name) == ["4"])
    }
}
