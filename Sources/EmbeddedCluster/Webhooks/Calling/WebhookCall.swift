// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// One review on its way to a webhook.
public struct WebhookCall: Sendable {
    /// Whom the configuration names.
    public enum Target: Sendable, Hashable {
        /// `clientConfig.url`.
        case url(String)
        /// `clientConfig.service`.
        case service(WebhookServiceReference)
    }

    /// The field `Content-Type` of the request.
    public static let contentType = "application/json"
    /// The field `Accept` of the request.
    public static let accept = "application/json, */*"

    /// Where the review goes.
    public var target: Target
    /// The address as messages show it, with the query `timeout=…s` that webhooks are told their time by.
    public var url: String
    /// The certificate authorities that the webhook's certificate must come from, as PEM; empty for the system's.
    public var authorities: [UInt8]
    /// The AdmissionReview.
    public var body: [UInt8]
    /// How long the webhook may take.
    public var timeout: Duration
    /// The largest answer that is accepted.
    public var maximumAnswerBytes: Int

    let resolve: @Sendable () throws(WebhookCallError) -> WebhookAddress

    /// Where to connect: for a service, one of its endpoints as the cluster's objects have them now.
    ///
    /// - Throws: ``WebhookCallError`` when the URL cannot be understood, or the service has no such port or no endpoint.
    public func address() throws(WebhookCallError) -> WebhookAddress { try resolve() }

    /// The path with the query, as it is requested.
    public var path: String {
        let rest = url.dropFirst("https://".count)
        return rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? "/"
            + (rest.firstIndex(of: "?").map { String(rest[$0...]) } ?? "")
    }
}

/// Where a webhook listens.
public struct WebhookAddress: Sendable, Hashable {
    /// A name or an address; IPv6 without brackets.
    public var host: String
    /// The TCP port.
    public var port: Int
    /// The name that the certificate must have.
    public var serverName: String

    /// An address.
    public init(host: String, port: Int, serverName: String) {
        self.host = host
        self.port = port
        self.serverName = serverName
    }
}
