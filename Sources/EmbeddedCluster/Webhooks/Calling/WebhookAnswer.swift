// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// A webhook's answer, not yet looked at.
public struct WebhookAnswer: Sendable, Hashable {
    /// The HTTP status.
    public var status: Int
    /// The field `Content-Type`; empty when there is none.
    public var contentType: String
    /// The whole body.
    public var body: [UInt8]

    /// An answer.
    public init(status: Int = 200, contentType: String = "application/json", body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }
}
