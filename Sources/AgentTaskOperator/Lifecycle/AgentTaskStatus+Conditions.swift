// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import KubernetesMeta

extension AgentTaskStatus {
    /// Sets a condition; its transition time changes only with its status.
    mutating func set(
        _ type: ConditionType,
        _ isTrue: Bool,
        reason: String,
        message: String,
        now: Time,
        generation: Int64?
    ) {
        let status = isTrue ? "True" : "False"
        var list = conditions ?? []
        let index = list.firstIndex { $0.type == type.rawValue }
        let since = index.flatMap { list[$0].status == status ? list[$0].lastTransitionTime : nil } ?? now
        let condition = Condition(
            message: message,
            reason: reason,
            status: status,
            type: type.rawValue,
            lastTransitionTime: since,
            observedGeneration: generation
        )
        if let index { list[index] = condition } else { list.append(condition) }
        conditions = list
    }

    /// The condition of this type.
    func condition(_ type: ConditionType) -> Condition? { conditions?.first { $0.type == type.rawValue } }
}
