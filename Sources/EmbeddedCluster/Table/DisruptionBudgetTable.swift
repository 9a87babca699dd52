// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// PodDisruptionBudgets.
struct DisruptionBudgetTable: KindTable {
    var columns: [TableColumn] {
        [
            .objectName, .text("Min Available", "How many pods must stay."), .text("Max Unavailable", "How many pods may go."),
            .number("Allowed Disruptions", "How many may go now."), .age,
        ]
    }

    func cells(for object: JSONValue, now: Time) -> [JSONValue] {
        let amount = { (name: String) -> JSONValue in
            guard let value = object.at("spec", name) else { return "N/A" }
            return .string(value.string ?? value.text)
        }
        return [
            TableText.name(object), amount("minAvailable"), amount("maxUnavailable"),
            .int(object["status"]?.integer("disruptionsAllowed") ?? 0), TableText.age(object, now: now),
        ]
    }
}
