// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Which mutating webhooks are asked once more because a later one has changed the object
/// (`webhook/mutating.webhookReinvokeContext`): at most one more time, and only those with `reinvocationPolicy: IfNeeded`.
struct ReinvocationState: Sendable {
    private var asked: Set<RegisteredWebhook.ID> = []
    /// Those whose object has changed since they saw it.
    private(set) var outdated: Set<RegisteredWebhook.ID> = []

    /// Takes note of an answer.
    mutating func record(_ webhook: RegisteredWebhook, hasChangedObject: Bool) {
        if hasChangedObject {
            outdated.formUnion(asked)
            asked = []
        }
        if webhook.isReinvoked { asked.insert(webhook.id) }
    }
}
