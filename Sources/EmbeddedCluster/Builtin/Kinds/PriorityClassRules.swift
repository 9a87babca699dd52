// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// PriorityClasses.
struct PriorityClassRules: KindRules {
    /// The classes that every cluster has.
    static let systemClasses: [JSONValue] = [
        systemClass("system-cluster-critical", 2_000_000_000, "Used for system critical pods that must run in the cluster."),
        systemClass(
            "system-node-critical",
            2_000_001_000,
            "Used for system critical pods that must not be moved from their node."
        ),
    ]

    static func system(named name: String) -> JSONValue? { systemClasses.first { $0.at("metadata", "name")?.string == name } }

    static func key(_ name: String) -> StorageKey {
        StorageKey(group: "scheduling.k8s.io", resource: "priorityclasses", name: name)
    }

    private static func systemClass(_ name: String, _ value: Int64, _ description: String) -> JSONValue {
        [
            "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": ["name": .string(name)],
            "value": .int(value),
            "description": .string(description), "preemptionPolicy": "PreemptLowerPriority",
        ]
    }

    private static let highestUserValue: Int64 = 1_000_000_000

    func setDefaults(_ object: inout JSONValue) { object.setDefault("preemptionPolicy", "PreemptLowerPriority") }

    func prepareForCreate(_ object: inout JSONValue, context: RequestContext) { object["metadata"]?["generation"] = 1 }

    func validate(_ object: JSONValue) -> [FieldError] {
        let name = object.at("metadata", "name")?.string ?? ""
        var errors: [FieldError] = []
        if name.hasPrefix("system-") {
            if Self.system(named: name)?["value"] != object["value"] {
                errors.append(
                    .forbidden(
                        "metadata.name",
                        "priority class names with 'system-' prefix are reserved for system use only. error: \(name) is not a known system priority class"
                    )
                )
            }
        } else if let value = object.integer("value"), value > Self.highestUserValue {
            errors.append(.forbidden("value", "maximum allowed value of a user defined priority is \(Self.highestUserValue)"))
        }
        return errors
            + FieldChecks.choice(object.text("preemptionPolicy"), "preemptionPolicy", ["Never", "PreemptLowerPriority"])
    }

    func validateUpdate(_ object: JSONValue, old: JSONValue) -> [FieldError] {
        var errors: [FieldError] = []
        if object["value"] != old["value"] { errors.append(.forbidden("value", "may not be changed in an update.")) }
        return errors + FieldChecks.immutable(object["preemptionPolicy"], old["preemptionPolicy"], "preemptionPolicy")
    }

    var table: any KindTable { PriorityClassTable() }
}
