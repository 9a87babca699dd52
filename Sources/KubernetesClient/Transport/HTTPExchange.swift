// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import HTTPTypes

/// The head of an answer and the body that follows it.
public struct HTTPExchange: Sendable {
    /// Status and fields.
    public var head: HTTPResponse

    /// The body, which may still be on its way.
    public var body: HTTPBody

    /// An exchange of this head and body.
    public init(head: HTTPResponse, body: HTTPBody) {
        self.head = head
        self.body = body
    }
}
