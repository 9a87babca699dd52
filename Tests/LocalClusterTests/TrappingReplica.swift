// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import KubernetesClient
import KubernetesCore
import KubernetesMeta
import Logging

/// A replica of a controller that one of several processes leads.
struct TrappingReplica: Codable, Sendable {
    let identity: String
    let server: String
    let authority: [UInt8]
    let token: String

    private struct Calling: Reconciler {
        let body: @Sendable (ObjectKey) -> Void

        func reconcile(_ key: ObjectKey, context: ReconcileContext) async throws -> ReconcileResult {
            body(key)
            return .done
        }
    }

    func client() throws -> KubernetesClient {
        let configuration = ClientConfiguration(
            server: try ServerURL(server),
            tls: TLSConfiguration(certificateAuthority: authority),
            token: .value(token)
        )
        return KubernetesClient(transport: CurlTransport(configuration: configuration), logger: Self.logger)
    }

    /// Calls `reconcile` for the ConfigMap `work` while this replica leads, until the task is canceled.
    func run(_ reconcile: @escaping @Sendable (ObjectKey) -> Void) async throws {
        let client = try client()
        let environment = RuntimeEnvironment(logger: Self.logger)
        let informer = Informer(
            ConfigMap.self,
            client: client,
            namespace: "default",
            options: InformerOptions(fieldSelector: "metadata.name=work"),
            environment: environment
        )
        let controller = Controller(name: "trapping", reconciler: Calling(body: reconcile), environment: environment)
        let manager = Manager(environment: environment)
        try await manager.add(controller.watches(informer))
        let options = LeaderElectionOptions(
            leaseName: "trapping",
            leaseNamespace: "default",
            identity: identity,
            leaseDuration: .seconds(2),
            renewDeadline: .milliseconds(1500),
            retryPeriod: .milliseconds(300)
        )
        try await manager.add(LeaderElector(client: client, options: options, environment: environment))
        try await manager.run()
        await client.transport.shutdown()
    }

    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}
