// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import KubernetesClient
import KubernetesJSON
import KubernetesMeta
import Testing

@testable import ControllerServing

@Suite("The bundle in a custom resource definition", .timeLimit(.minutes(1)))
struct BundleInjectorTests {
    /// An API server with one definition, which remembers what it was to change.
    struct Server: HTTPTransport {
        let definition: JSONValue
        let patches = Locked<[JSONValue]>([])

        func send(_ head: HTTPRequest, body: [UInt8], options: RequestOptions) async throws(TransportError) -> HTTPExchange {
            if head.method == .patch {
                do {
                    let patch = try JSONValue(parsing: String(decoding: body, as: UTF8.self))
                    patches.withLock { $0.append(patch) }
                } catch {
                    throw TransportError(.other, "\(error)")
                }
            }
            let isThere = head.path?.contains("/customresourcedefinitions/lamps.lights.example") == true
            return HTTPExchange(
                head: HTTPResponse(status: isThere ? .ok : .notFound),
                body: HTTPBody(isThere ? JSON.encode(definition) : [])
            )
        }

        func shutdown() async {}
    }

    static func definition(_ conversion: JSONValue) -> JSONValue {
        [
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": ["name": "lamps.lights.example"],
            "spec": [
                "group": "lights.example", "scope": "Namespaced", "names": ["plural": "lamps", "kind": "Lamp"], "versions": [],
                "conversion": conversion,
            ],
        ]
    }

    static func webhook(_ service: String, bundle: String? = nil) -> JSONValue {
        var config: JSONValue = ["service": ["name": .string(service), "namespace": "default"]]
        if let bundle { config["caBundle"] = .string(bundle) }
        return ["strategy": "Webhook", "webhook": ["conversionReviewVersions": ["v1"], "clientConfig": config]]
    }

    func patches(for conversion: JSONValue, names: [String] = ["lamps.lights.example"]) async throws -> [JSONValue] {
        let server = Server(definition: Self.definition(conversion))
        var options = SelfManagedCertificatesTests.options
        options.validatingConfigurations = []
        options.mutatingConfigurations = []
        options.customResourceDefinitions = names
        let client = KubernetesClient(transport: server, logger: ControllerServerTests.logger)
        do { try await BundleInjector(client: client, options: options).inject("pem") } catch {
            guard names.count > 1 else { throw error }
        }
        return server.patches.withLock { $0 }
    }

    static let written: [JSONValue] = [
        [["op": "add", "path": "/spec/conversion/webhook/clientConfig/caBundle", "value": "cGVt"]]
    ]

    @Test("is written when it is missing or another one, and not when it is there or the Service is not ours")
    func conversion() async throws {
        #expect(try await patches(for: Self.webhook("lamps")) == Self.written)
        #expect(try await patches(for: Self.webhook("lamps", bundle: "eA==")) == Self.written)
        #expect(try await patches(for: Self.webhook("lamps", bundle: "cGVt")).isEmpty)
        #expect(try await patches(for: Self.webhook("other")).isEmpty)
        #expect(try await patches(for: ["strategy": "None"]).isEmpty)
    }

    @Test("one object that is missing does not keep it from the others")
    func missing() async throws {
        #expect(
            try await patches(for: Self.webhook("lamps"), names: ["torches.lights.example", "lamps.lights.example"])
                == Self.written
        )
    }
}
