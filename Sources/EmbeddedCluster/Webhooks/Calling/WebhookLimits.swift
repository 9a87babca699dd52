// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// What webhooks may cost the cluster.
public struct WebhookLimits: Sendable, Hashable {
    /// Calls at one time; further ones wait, at the cost of their own time.
    public var concurrentCalls: Int
    /// The largest answer that is read.
    public var answerBytes: Int
    /// For all webhooks of one request together, however often it is tried again.
    public var requestTimeout: Duration

    /// Limits: 64 calls, answers of 4 MiB, 60 seconds.
    public init(concurrentCalls: Int = 64, answerBytes: Int = 4 << 20, requestTimeout: Duration = .seconds(60)) {
        self.concurrentCalls = concurrentCalls
        self.answerBytes = answerBytes
        self.requestTimeout = requestTimeout
    }
}
