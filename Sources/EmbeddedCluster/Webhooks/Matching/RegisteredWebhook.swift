// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// One webhook of a configuration, read from the stored object, which has been validated and has its defaults.
struct RegisteredWebhook: Sendable {
    /// What tells it from all others: `<configuration>/<webhook>`.
    struct ID: Hashable, Sendable {
        var configuration: String
        var name: String
    }

    enum Client: Sendable, Hashable {
        case url(String)
        case service(WebhookServiceReference)
    }

    let id: ID
    let client: Client
    /// PEM; empty for the system's authorities.
    let authorities: [UInt8]
    let rules: [WebhookRule]
    /// What happens to the request when the webhook cannot be asked: `Ignore` lets it pass.
    let ignoresFailures: Bool
    /// Whether other versions of a resource than those of the rules are sent too, in the version of the rule.
    let matchesEquivalents: Bool
    let namespaces: LabelSelection
    let objects: LabelSelection
    let timeoutSeconds: Int64
    /// Whether it is asked again when a later webhook has changed the object; mutating ones only.
    let isReinvoked: Bool
    /// Whether it has `matchConditions`, which are CEL and not evaluated here. New ones are refused; storage may hold older ones.
    let hasConditions: Bool
    /// The versions of AdmissionReview that it understands.
    let reviewVersions: [String]

    var name: String { id.name }

    init(_ webhook: JSONValue, configuration: String) {
        id = ID(configuration: configuration, name: webhook.text("name"))
        let config = webhook["clientConfig"] ?? .object([:])
        client = config["service"].map { .service(WebhookServiceReference($0)) } ?? .url(config.text("url"))
        authorities = Base64.decode(config.text("caBundle")) ?? []
        rules = webhook.elements("rules").map(WebhookRule.init)
        ignoresFailures = webhook.text("failurePolicy") == "Ignore"
        matchesEquivalents = webhook.text("matchPolicy") != "Exact"
        namespaces = LabelSelection(selector: webhook["namespaceSelector"])
        objects = LabelSelection(selector: webhook["objectSelector"])
        timeoutSeconds = webhook.integer("timeoutSeconds") ?? 10
        isReinvoked = webhook.text("reinvocationPolicy") == "IfNeeded"
        hasConditions = !webhook.elements("matchConditions").isEmpty
        reviewVersions = webhook.elements("admissionReviewVersions").compactMap(\.string)
    }

    /// Where a review is sent, as messages show it.
    var address: String {
        switch client {
        case .url(let url): "\(url)?timeout=\(timeoutSeconds)s"
        case .service(let service): "https://\(service.serverName):\(service.port)\(service.path)?timeout=\(timeoutSeconds)s"
        }
    }
}
