// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Why a webhook gave no verdict: the reason behind `failed calling webhook "…": `. The webhook's failurePolicy decides what follows.
struct WebhookFailure: Error, Sendable, Hashable {
    var reason: String

    init(_ reason: String) { self.reason = reason }

    /// The webhook did not answer, or what it sent is no AdmissionReview.
    static func call(_ reason: String) -> WebhookFailure { WebhookFailure("failed to call webhook: " + reason) }

    /// The AdmissionReview says what it must not say.
    static func response(_ reason: String) -> WebhookFailure { WebhookFailure("received invalid webhook response: " + reason) }

    /// The answer to the request when the policy is `Fail`.
    func refusal(by webhook: String) -> StatusError {
        .internalError("failed calling webhook \(GoText.quoted(webhook)): \(reason)")
    }
}
