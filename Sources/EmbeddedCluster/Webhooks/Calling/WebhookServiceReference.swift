// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// The Service of a webhook, as `clientConfig.service` names it.
public struct WebhookServiceReference: Sendable, Hashable {
    /// The Service's namespace.
    public var namespace: String
    /// The Service's name.
    public var name: String
    /// The port of the Service, not that of its endpoints.
    public var port: Int64
    /// The path of the webhook; begins with a slash.
    public var path: String

    /// A service.
    public init(namespace: String, name: String, port: Int64 = 443, path: String = "/") {
        self.namespace = namespace
        self.name = name
        self.port = port
        self.path = path.hasPrefix("/") ? path : "/" + path
    }

    init(_ reference: JSONValue) {
        self.init(
            namespace: reference.text("namespace"),
            name: reference.text("name"),
            port: reference.integer("port") ?? 443,
            path: reference.text("path")
        )
    }

    /// The name that the webhook's certificate must have.
    public var serverName: String { "\(name).\(namespace).svc" }
}
