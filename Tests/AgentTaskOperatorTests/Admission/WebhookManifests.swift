// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerServing
import ControllerTesting
import EmbeddedCluster
import Foundation
import KubernetesAdmissionRegistration
import KubernetesClient
import KubernetesCore
import KubernetesJSON
import KubernetesMeta
import Logging

@testable import AgentTaskOperator

/// The objects of `manifests/webhook`.
enum WebhookManifests {
    static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../manifests/webhook").standardized

    static func read<R: Resource>(_ file: String, as type: R.Type) throws -> R {
        let text = try String(contentsOf: directory.appendingPathComponent(file), encoding: .utf8)
        return try (YAML.documents(text).first ?? .null).decoded(as: R.self)
    }

    static func configuration() throws -> ValidatingWebhookConfiguration {
        try read("validating_webhook_configuration.yaml", as: ValidatingWebhookConfiguration.self)
    }

    /// Lets the API server reach the webhook's Service: the operator's own handler.
    ///
    /// - Parameter client: Whom it asks about rights.
    static func serve(in cluster: SimulatedCluster, asking client: KubernetesClient) {
        let webhook = Webhook.validating(TaskValidator(references: ReferenceReview(client: client)))
        let logger = Logger(label: "webhook") { _ in SwiftLogNoOpLogHandler() }
        cluster.webhooks.handle(service: "agenttask-webhook", namespace: "agenttask-system") { call in
            WebhookAnswer(body: try await webhook.review(call.body, logger: logger))
        }
    }

    /// Registers the webhook as the manifests do.
    static func apply(
        to client: KubernetesClient,
        _ change: (inout ValidatingWebhook) -> Void = { _ in }
    ) async throws {
        _ = try await client.create(Namespace(metadata: ObjectMeta(name: "agenttask-system")))
        _ = try await client.create(try read("secret.yaml", as: Secret.self))
        _ = try await client.create(try read("service.yaml", as: Service.self))
        var configuration = try configuration()
        if var webhook = configuration.webhooks?.first {
            change(&webhook)
            configuration.webhooks = [webhook]
        }
        _ = try await client.create(configuration)
    }
}
