// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesAuthentication

/// Whose a token is, as the webhook of ``Webhook/tokenReview(path:_:)`` says.
public enum AuthenticationVerdict: Sendable, Hashable {
    /// The token is this user's, who must have a name.
    ///
    /// - audiences: For whom the token is made; nil when the webhook knows nothing of that, and then it is good for the API server alone.
    case authenticated(UserInfo, audiences: [String]? = nil)
    /// The token is nobody's. The reason is for the API server's log; it must not have the token in it.
    case unauthenticated(reason: String? = nil)
}
