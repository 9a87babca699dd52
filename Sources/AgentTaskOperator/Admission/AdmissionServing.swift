// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerServing
import KubernetesClient
import ServiceLifecycle

/// The webhook of tasks with its certificates, put together from flags. It answers in every replica, whoever leads.
struct AdmissionServing: Sendable {
    let server: WebhookServer
    /// Where the API server has it registered.
    let registration: WebhookRegistration
    private let certificates: any Service

    /// Nil when the flags say not to serve it.
    ///
    /// - Parameters:
    ///   - enablesHTTP2: Whether HTTP/2 is offered.
    ///   - client: Asks about rights, and keeps the certificates. Its default namespace is the operator's own.
    ///   - profiles: Says what profiles allow; nil to leave that to the controller.
    /// - Throws: `ServingError` for an address that cannot be read.
    init?(
        flags: WebhookFlags,
        enablesHTTP2: Bool = false,
        client: KubernetesClient,
        profiles: ProfileReview?,
        environment: RuntimeEnvironment
    ) throws(ServingError) {
        guard let address = try BindAddress.parse(flags.webhookBindAddress) else { return nil }
        let service = WebhookService(name: flags.webhookService, namespace: client.defaultNamespace)
        let holder = CertificateHolder()
        if let directory = flags.webhookCertPath {
            certificates = CertificateWatcher(
                certificatePath: "\(directory)/\(flags.webhookCertName)",
                keyPath: "\(directory)/\(flags.webhookCertKey)",
                holder: holder,
                environment: environment
            )
        } else {
            var options = SelfManagedCertificateOptions(secretName: flags.webhookCertSecret, service: service)
            options.validatingConfigurations = [flags.webhookConfiguration]
            certificates = try SelfManagedCertificates(
                client: client,
                options: options,
                holder: holder,
                environment: environment
            )
        }
        let webhook = Webhook.validating(TaskValidator(references: ReferenceReview(client: client), profiles: profiles))
        var options = WebhookServerOptions()
        options.address = address
        server = try WebhookServer(
            webhooks: [webhook, .validating(ProfileValidator())],
            tls: ServingTLS(certificate: holder, enablesHTTP2: enablesHTTP2),
            options: options,
            environment: environment
        )
        registration = WebhookRegistration(
            client: client,
            name: flags.webhookConfiguration,
            service: service,
            path: webhook.path
        )
    }

    /// Adds the parts. Controllers do not wait for them: tasks that are stored already need no webhook.
    func add(to manager: Manager) async throws {
        try await manager.add(service: certificates, name: "webhook certificates")
        try await manager.add(service: server, name: "webhook", group: .webhooks)
    }
}
