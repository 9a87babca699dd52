// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Carries a review to a webhook and its answer back. The cluster's only way to the world outside.
public protocol WebhookCaller: Sendable {
    /// Sends `call.body` by POST and returns the answer, whatever its status.
    ///
    /// Never through a proxy, and redirects are not followed. The cluster cancels the calling task when the time is over and waits for the
    /// return; an implementation that does not end then holds its request up.
    ///
    /// - Throws: ``WebhookCallError`` when there is no whole answer.
    func call(_ call: WebhookCall) async throws(WebhookCallError) -> WebhookAnswer
}
