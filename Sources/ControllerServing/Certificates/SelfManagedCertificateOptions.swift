// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// What ``SelfManagedCertificates`` keep, for whom, and for how long.
public struct SelfManagedCertificateOptions: Sendable, Hashable {
    /// The Secret that the replicas share. It has to exist, empty at first, so that the right to update this one is enough.
    public var secretName: String
    /// The Service that the certificate is for, in the Secret's namespace.
    public var service: WebhookService
    /// The ValidatingWebhookConfigurations that get the bundle, in those of their webhooks that name the Service.
    public var validatingConfigurations: [String] = []
    /// The MutatingWebhookConfigurations, likewise.
    public var mutatingConfigurations: [String] = []
    /// The CustomResourceDefinitions whose conversion webhook gets the bundle, when it names the Service.
    public var customResourceDefinitions: [String] = []
    /// How long an authority is valid. At a third of it the next one is made.
    public var authorityLifetime: Duration = .seconds(365 * 86_400)
    /// How long a certificate is valid; less than a third of the authority's. At a third of it the next one is made.
    public var certificateLifetime: Duration = .seconds(90 * 86_400)
    /// How long a bundle or a certificate may take to get everywhere: several times ``interval``, and what the API server takes to see a
    /// changed configuration.
    public var propagation: Duration = .seconds(600)
    /// Between two looks at the Secret.
    public var interval: Duration = .seconds(60)

    /// Options with the defaults: a year, 90 days, 10 minutes, a minute.
    public init(secretName: String, service: WebhookService) {
        self.secretName = secretName
        self.service = service
    }

    /// - Throws: ``ServingError`` with the code `configuration`.
    func validate() throws(ServingError) {
        guard certificateLifetime * 3 < authorityLifetime else {
            throw ServingError(
                .configuration,
                "certificates valid for \(certificateLifetime) need an authority that is valid for more than three times that, not \(authorityLifetime)"
            )
        }
        guard interval > .zero, propagation > interval, propagation * 6 < certificateLifetime else {
            throw ServingError(
                .configuration,
                "a propagation of \(propagation) must be more than the interval of \(interval) and less than a sixth of the certificate's lifetime"
            )
        }
    }

    var schedule: CertificateSchedule {
        CertificateSchedule(
            authorityLifetime: authorityLifetime,
            leafLifetime: certificateLifetime,
            propagation: propagation
        )
    }
}
