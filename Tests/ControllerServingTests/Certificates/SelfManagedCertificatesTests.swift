// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import EmbeddedCluster
import KubernetesAdmissionRegistration
import KubernetesClient
import KubernetesCore
import KubernetesJSON
import KubernetesMeta
import NIOSSL
import SwiftASN1
import Testing
import X509

@testable import ControllerServing

@Suite("Self-managed certificates", .timeLimit(.minutes(1)))
struct SelfManagedCertificatesTests {
    let clock = ManualClock()
    let cluster: EmbeddedCluster
    let client: KubernetesClient

    init() throws {
        cluster = try EmbeddedCluster(options: EmbeddedClusterOptions(clock: clock.clusterClock))
        client = KubernetesClient(transport: cluster.transport(), logger: ControllerServerTests.logger)
    }

    static var options: SelfManagedCertificateOptions {
        var options = SelfManagedCertificateOptions(
            secretName: "webhook-certs",
            service: WebhookService(name: "lamps", namespace: "default")
        )
        options.validatingConfigurations = ["lamps"]
        options.mutatingConfigurations = ["lamps"]
        return options
    }

    struct Replica {
        let environment: RuntimeEnvironment
        let certificates: SelfManagedCertificates

        var leaf: Certificate? {
            get throws {
                guard let bytes = try certificates.holder.current?.chain.first?.toDERBytes() else { return nil }
                return try Certificate(derEncoded: bytes)
            }
        }

        var problem: String? {
            let report = environment.health.render(.ready, check: "webhook-certificates")
            return report?.isHealthy == true ? nil : report?.text
        }
    }

    func replica() throws -> Replica {
        let environment = RuntimeEnvironment(time: clock.timeSource, logger: ControllerServerTests.logger)
        let transport = InstrumentedTransport(cluster.transport(), host: "h", environment: environment)
        let client = KubernetesClient(transport: transport, logger: environment.logger)
        return Replica(
            environment: environment,
            certificates: try SelfManagedCertificates(client: client, options: Self.options, environment: environment)
        )
    }

    /// Runs replicas until `body` has returned.
    func running(_ replicas: [Replica], _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for replica in replicas { group.addTask { try await replica.certificates.run() } }
            await clock.waitForSleepers(replicas.count)
            try await body()
            group.cancelAll()
        }
    }

    // MARK: Objects

    func createSecret(_ data: [String: Base64Data]? = nil) async throws {
        _ = try await client.create(Secret(metadata: ObjectMeta(name: "webhook-certs", namespace: "default"), data: data))
    }

    static func config(_ service: String) -> JSONValue {
        ["service": ["name": .string(service), "namespace": "default", "path": "/x"]]
    }

    func createConfigurations() async throws {
        let webhooks: JSONValue = .array(
            ["other", "lamps"].map { service in
                [
                    "name": .string("\(service).lights.example"), "clientConfig": Self.config(service), "sideEffects": "None",
                    "admissionReviewVersions": ["v1"],
                    "rules": [
                        [
                            "apiGroups": ["lights.example"], "apiVersions": ["v1"], "resources": ["lamps"],
                            "operations": ["CREATE"],
                        ]
                    ],
                ]
            }
        )
        let document: JSONValue = ["metadata": ["name": "lamps"], "webhooks": webhooks]
        _ = try await client.create(document.decoded(as: ValidatingWebhookConfiguration.self))
        _ = try await client.create(document.decoded(as: MutatingWebhookConfiguration.self))
    }

    /// The bundles of all configurations, those of webhooks of the other service last.
    func bundles() async throws -> [Base64Data?] {
        let validating = try await client.get(ValidatingWebhookConfiguration.self, name: "lamps").webhooks ?? []
        let mutating = try await client.get(MutatingWebhookConfiguration.self, name: "lamps").webhooks ?? []
        return [
            validating[1].clientConfig.caBundle, mutating[1].clientConfig.caBundle, validating[0].clientConfig.caBundle,
            mutating[0].clientConfig.caBundle,
        ]
    }

    func bundle() async throws -> [Certificate] {
        let bundles = try await bundles()
        #expect(Set(bundles.prefix(2)).count == 1)
        #expect(bundles.suffix(2) == [nil, nil])
        let text = String(decoding: bundles[0]?.bytes ?? [], as: UTF8.self)
        return try PEMDocument.parseMultiple(pemString: text).map { try Certificate(pemDocument: $0) }
    }

    // MARK: Tests

    @Test("an empty Secret is filled, the certificate is shown, and the configurations of the Service get the bundle")
    func begins() async throws {
        try await createSecret()
        try await createConfigurations()
        let replica = try replica()
        #expect(replica.problem?.contains("not been read yet") == true)
        try await running([replica]) {
            #expect(replica.problem == nil)
            let leaf = try #require(try replica.leaf)
            let bundle = try await bundle()
            #expect(bundle.count == 1)
            #expect(bundle[0].publicKey.isValidSignature(leaf.signature, for: leaf))
            #expect(leaf.names(Self.options.service.serverNames))
            let secret = try await client.get(Secret.self, name: "webhook-certs", namespace: "default")
            #expect(secret.data?["tls.crt"]?.bytes == Array(try leaf.pem().utf8))
            #expect(
                replica.environment.metrics.value(of: "controller_runtime_webhook_certificate_expiration_timestamp_seconds")
                    == Double(clock.wallNow.advanced(by: .seconds(90 * 86_400)).seconds)
            )
        }
    }

    @Test("of replicas that start at once exactly one writes, and all show its certificate")
    func oneWriter() async throws {
        try await createSecret()
        try await createConfigurations()
        let replicas = try (0..<6).map { _ in try replica() }
        try await running(replicas) {
            let writes = replicas.map {
                $0.environment.metrics.value(
                    of: "rest_client_requests_total",
                    labels: ["code": "200", "method": "PUT", "host": "h"]
                ) ?? 0
            }
            #expect(writes.reduce(0, +) == 1)
            let leaves = try replicas.map { try $0.leaf }
            #expect(leaves[0] != nil)
            #expect(Set(leaves).count == 1)
        }
    }

    @Test("for two years, what each replica shows is trusted by the bundle that the API server has")
    func rotates() async throws {
        try await createSecret()
        try await createConfigurations()
        let replicas = [try replica(), try replica()]
        try await running(replicas) {
            var leaves: Set<Certificate> = []
            var authorities: Set<Certificate> = []
            for _ in 0..<92 {
                let bundle = try await bundle()
                authorities.formUnion(bundle)
                for replica in replicas {
                    let leaf = try #require(try replica.leaf)
                    leaves.insert(leaf)
                    #expect(leaf.validity.covers(clock.wallNow))
                    let issuer = bundle.first { $0.publicKey.isValidSignature(leaf.signature, for: leaf) }
                    #expect(issuer?.validity.covers(clock.wallNow) == true, "on \(clock.wallNow.time)")
                }
                // Eight days at once; then time for bundle and certificate to get around.
                for wait in [Duration.seconds(8 * 86_400 - 1200), .seconds(600), .seconds(600)] {
                    clock.advance(by: wait)
                    await clock.waitForSleepers(replicas.count)
                }
            }
            #expect(authorities.count == 3)
            #expect((10...15).contains(leaves.count))
            #expect(replicas.allSatisfy { $0.problem == nil })
        }
    }

    @Test("a bundle that somebody took away comes back")
    func heals() async throws {
        try await createSecret()
        try await createConfigurations()
        let replica = try replica()
        try await running([replica]) {
            let before = try await bundles()
            for _ in 0..<2 {
                _ = try await client.patch(
                    ValidatingWebhookConfiguration.self,
                    name: "lamps",
                    .json([.remove(path: "/webhooks/1/clientConfig/caBundle")])
                )
                clock.advance(by: .seconds(60))
                await clock.waitForSleepers()
                #expect(try await bundles() == before)
            }
        }
    }

    @Test("a Secret that holds somebody else's data is not touched, and the check says so")
    func foreign() async throws {
        let data = ["tls.crt": Base64Data(Array("a".utf8)), "tls.key": Base64Data(Array("b".utf8))]
        try await createSecret(data)
        let replica = try replica()
        try await running([replica]) {
            #expect(replica.problem?.contains("the Secret default/webhook-certs: it has data, but no signing-ca.crt") == true)
            #expect(replica.certificates.holder.current == nil)
            let secret = try await client.get(Secret.self, name: "webhook-certs", namespace: "default")
            #expect(secret.data == data)
        }
    }

    @Test("a Secret, and a configuration, that do not exist yet are waited for and named")
    func missing() async throws {
        let replica = try replica()
        try await running([replica]) {
            #expect(replica.problem?.contains("the Secret default/webhook-certs does not exist; create it without data") == true)
            try await createSecret()
            clock.advance(by: .seconds(10))
            await clock.waitForSleepers()
            #expect(try replica.leaf != nil)
            #expect(replica.problem?.contains("\"lamps\" not found") == true, "\(replica.problem ?? "")")
            try await createConfigurations()
            clock.advance(by: .seconds(10))
            await clock.waitForSleepers()
            #expect(replica.problem == nil)
            #expect(try await bundle().count == 1)
        }
    }

    @Test("times that leave no room for each other are refused")
    func options() {
        for change: @Sendable (inout SelfManagedCertificateOptions) -> Void in [
            { $0.certificateLifetime = .seconds(130 * 86_400) }, { $0.propagation = .seconds(30) },
            { $0.propagation = .seconds(20 * 86_400) }, { $0.interval = .zero },
        ] {
            var options = Self.options
            change(&options)
            let error = #expect(throws: ServingError.self) { try options.validate() }
            #expect(error?.code == .configuration)
        }
    }
}
