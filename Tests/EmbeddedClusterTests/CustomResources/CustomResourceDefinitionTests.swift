// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import Testing

@testable import EmbeddedCluster

@Suite("A CustomResourceDefinition")
struct CustomResourceDefinitionTests {
    private static func crd(_ schema: JSONValue = ["type": "object"], _ change: (inout JSONValue) -> Void = { _ in }) -> JSONValue
    {
        var crd: JSONValue = [
            "metadata": ["name": "widgets.example.com"],
            "spec": [
                "group": "example.com", "scope": "Namespaced", "names": ["plural": "widgets", "kind": "Widget"],
                "versions": [["name": "v1", "served": true, "storage": true, "schema": ["openAPIV3Schema": schema]]],
            ],
        ]
        change(&crd)
        let rules = CustomResourceDefinitionRules()
        rules.setDefaults(&crd)
        rules.prepareForCreate(&crd, context: .test())
        return crd
    }

    private let rules = CustomResourceDefinitionRules()

    @Test("gets the names and the conversion that were left out")
    func defaults() {
        let crd = Self.crd()
        #expect(crd["spec"]?["names"] == ["plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList"])
        #expect(crd["spec"]?["conversion"] == ["strategy": "None"])
        #expect(crd["status"] == ["acceptedNames": ["kind": "", "plural": ""], "conditions": nil, "storedVersions": ["v1"]])
        #expect(rules.validate(crd) == [])
    }

    @Test("tells that rules are not evaluated, on create and when its spec changes")
    func ruleWarning() {
        let plain = Self.crd()
        let ruled = Self.crd([
            "type": "object",
            "properties": ["spec": ["type": "object", "x-kubernetes-validations": [["rule": "self.a == 1"]]]],
        ])
        #expect(rules.warnings(for: plain, old: nil) == [])
        #expect(rules.warnings(for: ruled, old: nil) == [CustomResourceDefinitionRules.rulesAreNotEvaluated])
        #expect(rules.warnings(for: ruled, old: plain).count == 1)
        #expect(rules.warnings(for: ruled, old: ruled) == [], "a status update says nothing")
        #expect(
            ruled["spec"]?["versions"]?[0]?["schema"]?["openAPIV3Schema"]?["properties"]?["spec"]?["x-kubernetes-validations"]
                != nil
        )
    }

    @Test("remembers every version that was stored")
    func storedVersions() {
        let old = Self.crd()
        var new = old
        let second: JSONValue = [
            "name": "v2", "served": true, "storage": true, "schema": ["openAPIV3Schema": ["type": "object"]],
        ]
        new["spec"]?["versions"] = [second]
        rules.prepareForUpdate(&new, old: old)
        #expect(new["status"]?["storedVersions"] == ["v1", "v2"])
        #expect(rules.validateUpdate(new, old: old).map(\.field) == ["status.storedVersions[0]"], "v1 may still be stored")
    }

    @Test("keeps what its objects depend on once they can exist")
    func immutable() {
        var old = Self.crd()
        func refused(_ change: (inout JSONValue) -> Void) -> [String] {
            var new = old
            change(&new)
            return rules.validateUpdate(new, old: old).map(\.message)
        }
        let toCluster: (inout JSONValue) -> Void = { $0["spec"]?["scope"] = "Cluster" }
        #expect(refused(toCluster) == [], "nothing is served yet")
        #expect(
            refused { $0["spec"]?["names"]?["plural"] = "gizmos" }
                == [#"spec.names.plural: Invalid value: "gizmos": field is immutable"#]
        )
        old["status"]?["conditions"] = [["type": "Established", "status": "True"]]
        #expect(refused(toCluster) == [#"spec.scope: Invalid value: "Cluster": field is immutable"#])
    }

    @Test("is told of unknown fields at every depth of its schema")
    func unknownFields() throws {
        let schema: JSONValue = [
            "type": "object",
            "properties": [
                "l": ["type": "array", "items": ["type": "string", "readOnly": true]],
                "m": ["type": "object", "additionalProperties": ["type": "string", "writeOnly": true]],
                "free": ["type": "object", "default": ["any": "thing"], "additionalProperties": true],
            ],
        ]
        let strategy = BuiltinStrategy(
            definition: "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition",
            version: "v1",
            kind: "CustomResourceDefinition",
            hasStatus: true,
            hasGeneration: true,
            rules: rules
        )
        let decoded = try strategy.decode(Self.crd(schema), duplicates: [], context: .test())
        let prefix = "spec.versions[0].schema.openAPIV3Schema.properties."
        #expect(
            decoded.warnings == [
                "unknown field \"\(prefix)l.items.readOnly\"", "unknown field \"\(prefix)m.additionalProperties.writeOnly\"",
            ]
        )
        let kept = decoded.object["spec"]?["versions"]?[0]?["schema"]?["openAPIV3Schema"]?["properties"]
        #expect(kept?["l"]?["items"] == ["type": "string"])
        #expect(kept?["free"] == ["type": "object", "default": ["any": "thing"], "additionalProperties": true])
    }

    @Test("that asks for a conversion webhook is refused with what to do")
    func webhook() {
        let crd = Self.crd(["type": "object"]) { crd in
            crd["spec"]?["conversion"] = [
                "strategy": "Webhook",
                "webhook": ["clientConfig": ["url": "https://localhost"], "conversionReviewVersions": ["v1"]],
            ]
        }
        #expect(rules.validate(crd).map(\.field) == ["spec.conversion.strategy"])
    }

    @Test("names the version of a schema when versions differ")
    func twoVersions() {
        let crd = Self.crd(["type": "object"]) { crd in
            var versions = crd["spec"]?["versions"]?.array ?? []
            versions.append(["name": "v2", "served": true, "storage": false, "schema": ["openAPIV3Schema": ["type": "string"]]])
            crd["spec"]?["versions"] = .array(versions)
        }
        #expect(
            rules.validate(crd).map(\.message)
                == [#"spec.versions[1].schema.openAPIV3Schema.type: Invalid value: "string": must be object at the root"#]
        )
    }

    @Test("whose schema nests without end is refused, not followed")
    func depth() {
        var schema: JSONValue = ["type": "string"]
        for _ in 0..<200 { schema = ["type": "object", "properties": ["a": schema]] }
        #expect(rules.validate(Self.crd(schema)).contains { $0.detail.contains("nest deeper") })
    }
}
