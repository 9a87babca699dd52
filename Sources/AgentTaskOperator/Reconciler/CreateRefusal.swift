// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import KubernetesMeta

/// What a refused write of an object that a task needs means for the task.
enum CreateRefusal: Sendable, Hashable {
    /// A quota is used up: wait for others to end.
    case quota
    /// The same request will be refused again.
    case final
    /// The operator's own trouble, or the server's: try again, and let the log say so.
    case transient

    init(_ error: ClientError) {
        let message = error.status?.message ?? ""
        if error.isForbidden, message.contains("exceeded quota") {
            self = .quota
        } else if error.isInvalid || (error.isForbidden && !Self.isMissingRight(message) && !message.contains("being terminated"))
        {
            self = .final
        } else {
            self = .transient
        }
    }

    /// The authorizer's words: `User "x" cannot create resource "pods"`.
    private static func isMissingRight(_ message: String) -> Bool {
        message.contains(" cannot ") && message.contains(" resource \"")
    }
}
