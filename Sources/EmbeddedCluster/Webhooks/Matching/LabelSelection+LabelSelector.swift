// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

extension LabelSelection {
    /// The requirements of a `metav1.LabelSelector` that has been validated.
    init(selector: JSONValue?) {
        var requirements: [Requirement] = []
        for (key, value) in selector?.sortedMembers("matchLabels") ?? [] {
            requirements.append(Requirement(key: key, condition: .isIn([value.string ?? ""])))
        }
        for expression in selector?.elements("matchExpressions") ?? [] {
            let values = Set(expression.elements("values").compactMap(\.string))
            let condition: Requirement.Condition =
                switch expression.text("operator") {
                case "In": .isIn(values)
                case "NotIn": .isNotIn(values)
                case "Exists": .exists
                default: .doesNotExist
                }
            requirements.append(Requirement(key: expression.text("key"), condition: condition))
        }
        self.init(requirements: requirements)
    }
}
