// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import EmbeddedCluster
import EmbeddedClusterServer
import Logging

@testable import KubernetesClient

/// An embedded API server that listens on this machine over HTTPS, for as long as a test's body runs.
struct EmbeddedPeer: Sendable {
    static let token = "0123456789abcdef0123456789abcdef"

    let port: Int
    /// Whom to trust, as PEM.
    let authority: String

    static func run(_ body: @escaping @Sendable (EmbeddedPeer) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        let certificate = try ServingCertificate(directory: try PrivateDirectory("\(folder.path)/pki"))
        let cluster = try EmbeddedCluster()
        let (ports, started) = AsyncStream<Int>.makeStream()
        let server = EmbeddedClusterServer(
            cluster: cluster,
            certificate: certificate,
            tokens: [(token, .admin)],
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            onListening: { started.yield($0) }
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { started.finish() }
                try await server.run()
            }
            var iterator = ports.makeAsyncIterator()
            if let port = await iterator.next() {
                try await body(EmbeddedPeer(port: port, authority: certificate.authority))
                group.cancelAll()
            }
            // Without a port: why it did not listen.
            try await group.waitForAll()
        }
        await cluster.shutdown()
        withExtendedLifetime(folder) {}
    }
}
