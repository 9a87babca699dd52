// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// A request in the form in which libcurl takes it.
struct CurlRequest: Sendable {
    var method: String
    var url: String
    /// Lines such as `Accept: application/json`.
    var fields: [String]
    var body: [UInt8]
    /// What the connection must have been made with.
    var tls: TLSMaterial
    var options: RequestOptions
    /// When the exchange must have ended; nil for never.
    var deadline: ContinuousClock.Instant?
    /// The server for messages, without secrets.
    var server: String

    /// Whether the exchange goes on until somebody ends it. Such a one takes no slot of the bounded number of requests.
    var isOpenEnded: Bool { options.timeout == nil }
}
