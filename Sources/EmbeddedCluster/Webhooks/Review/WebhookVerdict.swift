// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// What a webhook's answer says.
enum WebhookVerdict: Sendable {
    /// The request goes on; `patch` are the bytes of a patch, and empty for none.
    case allowed(patch: [UInt8], type: String)
    /// The request is refused with this Status.
    case denied(StatusError)
}
