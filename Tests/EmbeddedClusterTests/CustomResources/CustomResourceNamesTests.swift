// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta
import Testing

@testable import EmbeddedCluster

@Suite("Names of custom resources")
struct CustomResourceNamesTests {
    private static let now = Time(seconds: 1000)

    private static func crd(_ plural: String, kind: String, group: String = "example.com", shortNames: [String] = []) -> JSONValue
    {
        var crd: JSONValue = [
            "metadata": ["name": .string(plural + "." + group)],
            "spec": [
                "group": .string(group),
                "names": [
                    "plural": .string(plural), "singular": .string(kind.lowercased()), "kind": .string(kind),
                    "listKind": .string(kind + "List"),
                ],
                "versions": [
                    ["name": "v1", "served": true, "storage": true], ["name": "v0", "served": false, "storage": false],
                ],
            ],
            "status": ["acceptedNames": ["kind": "", "plural": ""], "conditions": nil, "storedVersions": ["v1"]],
        ]
        if !shortNames.isEmpty { crd["spec"]?["names"]?["shortNames"] = .array(shortNames.map(JSONValue.string)) }
        return crd
    }

    private static func condition(_ type: String, _ crd: JSONValue?) -> [String?] {
        let found = (crd?["status"]?["conditions"]?.array ?? []).first { $0["type"]?.string == type }
        return ["status", "reason", "message"].map { found?[$0]?.string }
    }

    @Test("that are free are accepted, and the kind is established and served")
    func accepted() throws {
        let updated = try #require(CustomResourceNames.update(Self.crd("widgets", kind: "Widget"), others: [], now: Self.now))
        #expect(Self.condition("NamesAccepted", updated) == ["True", "NoConflicts", "no conflicts found"])
        #expect(
            Self.condition("Established", updated) == ["True", "InitialNamesAccepted", "the initial names have been accepted"]
        )
        #expect(updated["status"]?["acceptedNames"] == updated["spec"]?["names"])
        #expect(CustomResourceNames.update(updated, others: [updated], now: Self.now + 60) == nil, "nothing more to do")
        #expect(CustomResourceFactory.definition(for: updated).map(\.version) == ["v1"], "only served versions")
        #expect(CustomResourceFactory.definition(for: Self.crd("widgets", kind: "Widget")).isEmpty, "not before")
    }

    @Test("that another kind of the group has are refused, and the kind is not served")
    func conflict() throws {
        let first = try #require(
            CustomResourceNames.update(Self.crd("widgets", kind: "Widget", shortNames: ["wd"]), others: [], now: Self.now)
        )
        let second = Self.crd("wadgets", kind: "Widget", shortNames: ["wd"])
        let updated = try #require(CustomResourceNames.update(second, others: [first, second], now: Self.now))
        #expect(Self.condition("NamesAccepted", updated) == ["False", "ListKindConflict", #""WidgetList" is already in use"#])
        #expect(Self.condition("Established", updated) == ["False", "NotAccepted", "not all names are accepted"])
        #expect(updated["status"]?["acceptedNames"] == ["kind": "", "plural": "wadgets"])
        #expect(CustomResourceFactory.definition(for: updated).isEmpty)
        let elsewhere = Self.crd("widgets", kind: "Widget", group: "other.example.com")
        #expect(
            Self.condition("NamesAccepted", CustomResourceNames.update(elsewhere, others: [first], now: Self.now))[0] == "True"
        )
    }

    @Test("that become free are accepted then")
    func freed() throws {
        let first = try #require(CustomResourceNames.update(Self.crd("widgets", kind: "Widget"), others: [], now: Self.now))
        let second = Self.crd("wadgets", kind: "Widget")
        let refused = try #require(CustomResourceNames.update(second, others: [first], now: Self.now))
        let accepted = try #require(CustomResourceNames.update(refused, others: [refused], now: Self.now + 60))
        #expect(Self.condition("Established", accepted)[0] == "True")
        #expect(CustomResourceFactory.definition(for: accepted).count == 1)
    }

    @Test("of a definition that is deleted stay until its objects are gone")
    func deletion() throws {
        let crd = try #require(CustomResourceNames.update(Self.crd("widgets", kind: "Widget"), others: [], now: Self.now))
        #expect(!CustomResourceDeletion.isPending(crd))
        let marked = CustomResourceDeletion.marked(crd, now: Self.now)
        #expect(CustomResourceDeletion.isPending(marked))
        #expect(Self.condition("Terminating", marked)[1] == "InstanceDeletionPending")
        #expect(CustomResourceFactory.definition(for: marked).count == 1, "still served")
        let completed = CustomResourceDeletion.completed(CustomResourceDeletion.inProgress(marked, now: Self.now), now: Self.now)
        #expect(!CustomResourceDeletion.isPending(completed))
        #expect(completed["metadata"]?["finalizers"] == nil)
    }
}
