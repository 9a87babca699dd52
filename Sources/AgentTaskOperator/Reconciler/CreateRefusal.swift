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
        // Until a quota controller has looked at a new quota, nobody knows what is used.
        if error.isForbidden, message.contains("exceeded quota") || message.contains("status unknown for quota") {
            self = .quota
        } else if error.isInvalid || Self.isDenied(error) || (error.isForbidden && !Self.passes(message)) {
            self = .final
        } else {
            self = .transient
        }
    }

    /// An admission webhook that denies without a code of its own reaches the client as 400.
    private static func isDenied(_ error: ClientError) -> Bool { error.status?.code == 400 }

    /// Whether a 403 is one that time or an administrator mends: a missing right, a namespace that goes, or one so new that its account is
    /// not there yet.
    private static func passes(_ message: String) -> Bool {
        isMissingRight(message) || message.contains("being terminated") || message.contains("error looking up service account")
    }

    /// The authorizer's words: `User "x" cannot create resource "pods"`.
    private static func isMissingRight(_ message: String) -> Bool {
        message.contains(" cannot ") && message.contains(" resource \"")
    }
}
