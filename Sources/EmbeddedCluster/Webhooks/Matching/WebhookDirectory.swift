// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// The registered webhooks in the order in which they are asked: by the names of their configurations, then as listed.
struct WebhookDirectory: Sendable {
    enum Kind: String, Sendable, CaseIterable {
        case mutating = "mutatingwebhookconfigurations"
        case validating = "validatingwebhookconfigurations"
    }

    private var configurations: [Kind: [String: [RegisteredWebhook]]] = [:]
    private(set) var mutating: [RegisteredWebhook] = []
    private(set) var validating: [RegisteredWebhook] = []

    /// The kind of configuration behind a key; nil for all other objects.
    static func kind(of key: StorageKey) -> Kind? {
        key.group == "admissionregistration.k8s.io" ? Kind(rawValue: key.resource) : nil
    }

    /// Takes a configuration as it is now; nil when it was deleted.
    mutating func set(_ kind: Kind, name: String, _ configuration: JSONValue?) {
        configurations[kind, default: [:]][name] = configuration.map { configuration in
            configuration.elements("webhooks").map { RegisteredWebhook($0, configuration: name) }
        }
        let sorted = configurations[kind, default: [:]].sorted { $0.key < $1.key }.flatMap(\.value)
        switch kind {
        case .mutating: mutating = sorted
        case .validating: validating = sorted
        }
    }
}
