// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import KubernetesMeta

/// Why the operator stops a pod. It is written into the status before the pod is touched, so that a restarted operator knows.
struct StopCause: Sendable, Hashable {
    var reason: FailureReason
    var message: String

    /// The reason of the condition `Finished=False` while a pod is being stopped.
    static let conditionReason = "Stopping"

    /// The phase that the task will have: a stop for any reason but these two is a failure.
    var phase: TaskPhase {
        switch reason {
        case .timeout: .timeout
        case .canceled: .canceled
        default: .failed
        }
    }

    /// The cause that a status records, nil when its pod is not being stopped.
    init?(recordedIn status: AgentTaskStatus?) {
        guard let status,
            let condition = status.conditions?.first(where: { $0.type == ConditionType.finished.rawValue }),
            condition.status == "False", condition.reason == Self.conditionReason,
            let reason = status.reason.flatMap(FailureReason.init(rawValue:))
        else { return nil }
        self.init(reason: reason, message: status.message ?? "")
    }

    init(reason: FailureReason, message: String) {
        self.reason = reason
        self.message = message
    }
}
