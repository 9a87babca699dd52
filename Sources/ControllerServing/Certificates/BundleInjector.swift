// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesAPIExtensions
import KubernetesAdmissionRegistration
import KubernetesClient
import KubernetesJSON
import KubernetesMeta

/// Gives the API server the authorities to trust, in the configurations that name a Service.
struct BundleInjector: Sendable {
    let client: KubernetesClient
    let options: SelfManagedCertificateOptions

    /// Writes the bundle where it differs.
    ///
    /// - Throws: What kept it from one of the objects; the others are written all the same.
    func inject(_ bundle: String) async throws {
        let bundle = Base64Data(Array(bundle.utf8))
        var failure: (any Error)?
        for name in options.validatingConfigurations {
            await collect(&failure) { try await inject(bundle, ValidatingWebhookConfiguration.self, name, Self.webhooks) }
        }
        for name in options.mutatingConfigurations {
            await collect(&failure) { try await inject(bundle, MutatingWebhookConfiguration.self, name, Self.webhooks) }
        }
        for name in options.customResourceDefinitions {
            await collect(&failure) { try await inject(bundle, CustomResourceDefinition.self, name, Self.conversion) }
        }
        if let failure { throw failure }
    }

    private func collect(_ failure: inout (any Error)?, _ body: () async throws -> Void) async {
        do { try await body() } catch { failure = failure ?? error }
    }

    /// The clientConfig of a webhook, where it stands, and what must be true of its place for it to be still the same webhook.
    private struct Place {
        var config: JSONValue
        var path: JSONPointer
        var test: JSONPatchOperation?
    }

    private func inject<R: Resource>(
        _ bundle: Base64Data,
        _ type: R.Type,
        _ name: String,
        _ places: (JSONValue) -> [Place]
    ) async throws {
        let object = JSONValue(encoding: try await client.get(type, name: name))
        let operations = places(object).filter { place in
            let service = place.config["service"]
            return service?["name"] == .string(options.service.name)
                && service?["namespace"] == .string(options.service.namespace)
                && place.config["caBundle"] != .string(bundle.text)
        }.flatMap { place in
            [place.test].compactMap { $0 } + [.add(path: place.path.appending("caBundle"), value: .string(bundle.text))]
        }
        if !operations.isEmpty { _ = try await client.patch(type, name: name, .json(operations)) }
    }

    private static func webhooks(_ configuration: JSONValue) -> [Place] {
        (configuration["webhooks"]?.array ?? []).enumerated().map { index, webhook in
            let path = JSONPointer(["webhooks", String(index)])
            return Place(
                config: webhook["clientConfig"] ?? .null,
                path: path.appending("clientConfig"),
                test: .test(path: path.appending("name"), value: webhook["name"] ?? .null)
            )
        }
    }

    private static func conversion(_ definition: JSONValue) -> [Place] {
        guard let config = definition["spec"]?["conversion"]?["webhook"]?["clientConfig"] else { return [] }
        return [Place(config: config, path: JSONPointer(["spec", "conversion", "webhook", "clientConfig"]))]
    }
}
