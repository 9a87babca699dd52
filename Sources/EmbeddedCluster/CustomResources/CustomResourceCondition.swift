// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// The conditions in the status of a CustomResourceDefinition.
struct CustomResourceCondition: Sendable, Hashable {
    var type: String
    var isTrue: Bool
    var reason: String
    var message: String

    static func isTrue(_ type: String, of crd: JSONValue) -> Bool { find(type, in: crd)?.text("status") == "True" }

    private static func find(_ type: String, in crd: JSONValue) -> JSONValue? {
        (crd.at("status", "conditions")?.array ?? []).first { $0.text("type") == type }
    }

    /// Puts the condition into the status; the time of transition changes with the status only.
    func set(in crd: inout JSONValue, now: Time) {
        let status = isTrue ? "True" : "False"
        let old = Self.find(type, in: crd)
        var condition: JSONValue = [
            "type": .string(type), "status": .string(status), "reason": .string(reason), "message": .string(message),
        ]
        let keepsTime = old?.text("status") == status
        condition["lastTransitionTime"] = keepsTime ? old?["lastTransitionTime"] : .string(now.description)
        var conditions = crd.at("status", "conditions")?.array ?? []
        if let index = conditions.firstIndex(where: { $0.text("type") == type }) {
            conditions[index] = condition
        } else {
            conditions.append(condition)
        }
        crd.change("status") { $0["conditions"] = .array(conditions) }
    }
}
