// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta
import Testing

@testable import EmbeddedCluster

@Suite("Few fields of an existing pod may change")
struct PodUpdateTests {
    private let kind: BuiltinKind
    private let pod: JSONValue

    init() throws {
        kind = try BuiltinKind("Pod")
        pod = try kind.created([
            "metadata": ["name": "p"],
            "spec": [
                "automountServiceAccountToken": false, "activeDeadlineSeconds": 50, "terminationGracePeriodSeconds": 10,
                "containers": [["name": "task", "image": "i:1", "env": [["name": "A", "value": "1"]]]],
            ],
        ])
    }

    private func errors(_ change: (inout JSONValue) -> Void) throws -> [String] {
        try kind.updated(pod, change).errors.map(\.message)
    }

    @Test("images, shorter deadlines and more tolerations are fine, and count as a generation")
    func allowed() throws {
        let result = try kind.updated(pod) { pod in
            pod.change("spec") { spec in
                spec.forEachElement("containers") { $0["image"] = "i:2" }
                spec["activeDeadlineSeconds"] = 40
                spec["tolerations"] = .array(spec.elements("tolerations") + [["key": "k", "operator": "Exists"]])
            }
        }
        #expect(result.errors == [])
        #expect(result.object.at("metadata", "generation") == 2)
    }

    @Test("labels do not count as a generation")
    func labels() throws {
        let result = try kind.updated(pod) { $0["metadata"]?["labels"] = ["a": "b"] }
        #expect(result.object.at("metadata", "generation") == 1)
    }

    @Test("the refusal shows the difference of Go's structs")
    func difference() throws {
        let refusal = try errors { $0["spec"]?["terminationGracePeriodSeconds"] = 5 }
        let expected =
            "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
            + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
            + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n"
            + "@@ -42,7 +42,7 @@\n  ],\n  \"EphemeralContainers\": null,\n  \"RestartPolicy\": \"Always\",\n"
            + "- \"TerminationGracePeriodSeconds\": 10,\n+ \"TerminationGracePeriodSeconds\": 5,\n  \"ActiveDeadlineSeconds\": 50,\n"
            + "  \"DNSPolicy\": \"ClusterFirst\",\n  \"NodeSelector\": null,\n"
        #expect(refusal == [expected])
    }

    @Test("fields of the security context are shown where Go has them")
    func hostNetwork() throws {
        let refusal = try errors { $0["spec"]?["hostNetwork"] = true }
        #expect(refusal.count == 1)
        #expect(refusal.first?.contains("@@ -50,7 +50,7 @@\n") == true)
        #expect(refusal.first?.contains("-  \"HostNetwork\": false,\n+  \"HostNetwork\": true,\n") == true)
    }

    @Test("deadlines do not grow or go away")
    func deadlines() throws {
        #expect(
            try errors { $0["spec"]?["activeDeadlineSeconds"] = 60 } == [
                "spec.activeDeadlineSeconds: Invalid value: 60: must be less than or equal to previous value"
            ]
        )
        #expect(
            try errors { $0["spec"]?["activeDeadlineSeconds"] = nil } == [
                "spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value"
            ]
        )
    }

    @Test("containers and tolerations stay")
    func lists() throws {
        #expect(
            try errors { $0["spec"]?["containers"] = [] } == [
                "spec.containers: Required value", "spec.containers: Forbidden: pod updates may not add or remove containers",
            ]
        )
        #expect(
            try errors { $0["spec"]?["tolerations"] = [] } == [
                "spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds"
            ]
        )
    }

    @Test("a status update changes the status only, and keeps the class of service")
    func status() throws {
        let result = try kind.updated(pod, subresource: "status") { pod in
            pod["spec"]?["activeDeadlineSeconds"] = 5
            pod["status"] = ["phase": "Running"]
        }
        #expect(result.errors == [])
        #expect(result.object["spec"] == pod["spec"])
        #expect(result.object["status"] == ["phase": "Running", "qosClass": "BestEffort"])
        let changed = try kind.updated(pod, subresource: "status") { $0["status"]?["qosClass"] = "Guaranteed" }
        #expect(changed.errors.map(\.message) == ["status.qosClass: Invalid value: \"Guaranteed\": field is immutable"])
    }

    @Test("gates go and do not come; while one is there the node selector may grow")
    func gates() throws {
        let gated = try kind.created([
            "metadata": ["name": "g"],
            "spec": [
                "automountServiceAccountToken": false, "containers": [["name": "c", "image": "i"]],
                "schedulingGates": [["name": "example.com/a"]],
            ],
        ])
        #expect(gated.at("status", "conditions")?[0]?["reason"] == "SchedulingGated")
        let added = try kind.updated(gated) {
            $0["spec"]?["schedulingGates"] = [["name": "example.com/a"], ["name": "example.com/b"]]
        }
        #expect(
            added.errors.map(\.message) == [
                "spec.schedulingGates[1].name: Forbidden: only deletion is allowed, but found new scheduling gate 'example.com/b'"
            ]
        )
        #expect(try kind.updated(gated) { $0["spec"]?["nodeSelector"] = ["a": "b"] }.errors == [])
        #expect(try !kind.updated(pod) { $0["spec"]?["nodeSelector"] = ["a": "b"] }.errors.isEmpty)
    }

    @Test("a difference has hunks with three lines of context")
    func unifiedDiff() {
        let old = (1...20).map(String.init)
        var new = old
        new[2] = "x"
        new.insert("y", at: 15)
        let expected = "@@ -1,6 +1,6 @@\n 1\n 2\n-3\n+x\n 4\n 5\n 6\n@@ -13,6 +13,7 @@\n 13\n 14\n 15\n+y\n 16\n 17\n 18\n"
        #expect(UnifiedDiff.text(from: old, to: new) == expected)
        #expect(UnifiedDiff.text(from: old, to: old) == "")
    }
}
