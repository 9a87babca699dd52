// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPSServing

/// The Service by which the API server reaches webhooks.
public struct WebhookService: Sendable, Hashable {
    /// The Service's name.
    public var name: String
    /// The Service's namespace.
    public var namespace: String

    /// A Service.
    public init(name: String, namespace: String) {
        self.name = name
        self.namespace = namespace
    }

    /// The names in a certificate for it. The API server asks for the first one.
    var serverNames: ServerNames {
        ServerNames(dns: ["\(name).\(namespace).svc", "\(name).\(namespace).svc.cluster.local"], addresses: [])
    }
}
