// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import KubernetesMeta

/// One webhook of a ``WebhookServer``: a path and who answers there.
public struct Webhook: Sendable {
    /// Where it is served, as the webhook configuration's `clientConfig.service.path` has it.
    public let path: String
    let handler: Handler

    enum Handler: Sendable {
        case admission(AdmissionHandler)
        case conversion(ConversionHandler)
    }

    /// A webhook for a ValidatingWebhookConfiguration.
    ///
    /// - Parameter path: Unless given, that of kubebuilder: `/validate-batch-v1-job`.
    public static func validating<V: Validator>(_ validator: V, path: String? = nil) -> Webhook {
        Webhook(
            path: path ?? defaultPath("validate", V.Object.groupVersionKind),
            handler: .admission(.validating(validator))
        )
    }

    /// A webhook for a MutatingWebhookConfiguration.
    ///
    /// - Parameter path: Unless given, that of kubebuilder: `/mutate-batch-v1-job`.
    public static func defaulting<D: Defaulter>(_ defaulter: D, path: String? = nil) -> Webhook {
        Webhook(path: path ?? defaultPath("mutate", D.Object.groupVersionKind), handler: .admission(.defaulting(defaulter)))
    }

    /// An admission webhook for any kinds, validating or mutating.
    ///
    /// - Parameters:
    ///   - path: Where it is served.
    ///   - decide: Looks at `context.request`. Throws as a ``Validator`` does.
    public static func admission(
        path: String,
        _ decide: @escaping @Sendable (_ context: AdmissionContext) async throws -> AdmissionVerdict
    ) -> Webhook {
        Webhook(path: path, handler: .admission(AdmissionHandler(decide: decide)))
    }

    /// The webhook that custom resource definitions name for conversion.
    ///
    /// - Throws: ``ServingError`` with the code `configuration` when a kind comes twice.
    public static func conversion(_ conversions: [Conversion], path: String = "/convert") throws(ServingError) -> Webhook {
        Webhook(path: path, handler: .conversion(try ConversionHandler(conversions)))
    }

    private static func defaultPath(_ verb: String, _ type: GroupVersionKind) -> String {
        let group = String(type.group.map { $0 == "." ? "-" : $0 })
        return "/\(verb)-\(group)-\(type.version)-\(type.kind.lowercased())"
    }
}
