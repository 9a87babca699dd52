// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import ArgumentParser
import ControllerServing

/// The flags of the operator's admission webhook. Names in the cluster are those of `manifests/webhook` unless given.
public struct WebhookFlags: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            "Where the admission webhook of tasks is served, over TLS.",
            discussion: "HOST:PORT, or :PORT for all addresses; 0 for nowhere.",
            valueName: "address"
        )
    )
    public var webhookBindAddress: String = "0"

    @Option(
        help: ArgumentHelp(
            "The directory of the webhook's certificate, as cert-manager's Secret is mounted.",
            discussion: "A path; the operator makes and replaces certificates by itself when absent.",
            valueName: "directory"
        )
    )
    public var webhookCertPath: String?

    @Option(
        help: ArgumentHelp(
            "The certificate's file in that directory.",
            discussion: "A file name; PEM, the webhook's certificate first.",
            valueName: "file"
        )
    )
    public var webhookCertName: String = "tls.crt"

    @Option(
        help: ArgumentHelp("The key's file in that directory.", discussion: "A file name; PEM.", valueName: "file")
    )
    public var webhookCertKey: String = "tls.key"

    @Option(
        help: ArgumentHelp(
            "The Secret in which replicas share certificates that they make.",
            discussion: "An object's name in the operator's namespace; it has to exist, empty at first.",
            valueName: "name"
        )
    )
    public var webhookCertSecret: String = "agenttask-webhook-cert"

    @Option(
        help: ArgumentHelp(
            "The Service by which the API server reaches the webhook.",
            discussion: "An object's name in the operator's namespace.",
            valueName: "name"
        )
    )
    public var webhookService: String = "agenttask-webhook"

    @Option(
        help: ArgumentHelp(
            "The ValidatingWebhookConfiguration that names that Service. References to Secrets and ConfigMaps are admitted only while it stands with failurePolicy Fail.",
            discussion: "An object's name.",
            valueName: "name"
        )
    )
    public var webhookConfiguration: String = "agenttask-webhook"

    public init() {}

    public func validate() throws {
        do throws(ServingError) { _ = try BindAddress.parse(webhookBindAddress) } catch {
            throw ValidationError("--webhook-bind-address: \(error.message)")
        }
        for (flag, text) in [
            ("--webhook-cert-path", webhookCertPath ?? "-"), ("--webhook-cert-name", webhookCertName),
            ("--webhook-cert-key", webhookCertKey), ("--webhook-cert-secret", webhookCertSecret),
            ("--webhook-service", webhookService), ("--webhook-configuration", webhookConfiguration),
        ] where text.isEmpty {
            throw ValidationError("\(flag) is empty; give a name or leave the flag out")
        }
    }
}
