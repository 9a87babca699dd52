// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Why a webhook could not be reached, in the words that follow `Post "https://…": ` in the answer to the client.
public struct WebhookCallError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong.
    public var description: String

    /// An error with these words, e.g. `dial tcp 127.0.0.1:9443: connect: connection refused`.
    public init(_ description: String) { self.description = description }

    /// The time is over.
    public static let deadlineExceeded = WebhookCallError("context deadline exceeded")
}
