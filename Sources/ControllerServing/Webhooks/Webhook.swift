// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesAPIExtensions
import KubernetesAdmission
public import KubernetesAuthentication
import KubernetesClient
import KubernetesJSON
import KubernetesMeta
public import Logging

/// One webhook of a ``WebhookServer``: a path and who answers there.
public struct Webhook: Sendable {
    /// Where it is served, as the webhook configuration's `clientConfig.service.path` has it.
    public let path: String
    let handler: Handler

    enum Handler: Sendable {
        case admission(AdmissionHandler)
        case conversion(ConversionHandler)
        case tokenReview(TokenReviewHandler)
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

    /// The webhook that an API server's `--authentication-token-webhook-config-file` names: it says whose a bearer token is.
    ///
    /// - Parameters:
    ///   - path: Where it is served.
    ///   - decide: Is given the token and the audiences that are asked for; the API server keeps its answer for a while. It must not log the
    ///     token. When it throws, the token is nobody's.
    public static func tokenReview(
        path: String,
        _ decide: @escaping @Sendable (_ review: TokenReviewSpec, _ logger: Logger) async throws -> AuthenticationVerdict
    ) -> Webhook {
        Webhook(path: path, handler: .tokenReview(TokenReviewHandler(decide: decide)))
    }

    /// The answer to a review: what a ``WebhookServer`` does with a body, without its limits of time and size, on the caller's task. For
    /// tests that have no network.
    ///
    /// - Parameters:
    ///   - body: An AdmissionReview or ConversionReview with a request, or a TokenReview.
    ///   - logger: For the handler.
    /// - Returns: The review with the response.
    /// - Throws: ``ServingError`` when the body is no such review; `CancellationError`.
    public func review(_ body: [UInt8], logger: Logger) async throws -> [UInt8] { try await work(body, logger: logger)() }

    /// Reads a review and says what has to be done to answer it.
    ///
    /// - Throws: What is wrong with the review.
    func work(_ body: [UInt8], logger: Logger) throws -> @Sendable () async throws -> [UInt8] {
        var logger = logger
        logger[metadataKey: "webhook"] = .string(path)
        switch handler {
        case .admission(let handler):
            guard let request = try Self.read(AdmissionReview.self, body).request else { throw Self.noRequest }
            logger[metadataKey: "uid"] = .string(request.uid.cut(toUTF8: 64))
            return { [path, logger] in JSON.encode(try await handler.response(to: request, name: path, logger: logger)) }
        case .conversion(let handler):
            guard let request = try Self.read(ConversionReview.self, body).request else { throw Self.noRequest }
            logger[metadataKey: "uid"] = .string(request.uid.cut(toUTF8: 64))
            return { [logger] in JSON.encode(try handler.response(to: request, logger: logger)) }
        case .tokenReview(let handler):
            let review = try TokenReviewHandler.Review(body)
            return { [path, logger] in JSON.encode(try await handler.response(to: review, name: path, logger: logger)) }
        }
    }

    private static func read<Review: JSONReadable>(_ type: Review.Type, _ body: [UInt8]) throws(ServingError) -> Review {
        do { return try JSON.decode(type, from: body) } catch {
            throw ServingError(.configuration, "the body is no \(type) of version v1: \(error)", underlying: error)
        }
    }

    private static let noRequest = ServingError(.configuration, "the review has no request")

    private static func defaultPath(_ verb: String, _ type: GroupVersionKind) -> String {
        let group = String(type.group.map { $0 == "." ? "-" : $0 })
        return "/\(verb)-\(group)-\(type.version)-\(type.kind.lowercased())"
    }
}
