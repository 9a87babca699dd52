// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

@testable import KubernetesClient

extension CurlTransport {
    /// Runs `body` with a transport, and shuts that down however `body` ends.
    static func run(_ configuration: ClientConfiguration, _ body: (CurlTransport) async throws -> Void) async throws {
        let transport = CurlTransport(configuration: configuration)
        do {
            try await body(transport)
        } catch {
            await transport.shutdown()
            throw error
        }
        await transport.shutdown()
    }
}

/// A kubeconfig whose server is on this machine, and whose certificates are files beside it.
func kubeconfigWithFiles(port: Int) -> String {
    """
    current-context: x
    clusters: [{name: c, cluster: {server: "https://127.0.0.1:\(port)", certificate-authority: ca.crt}}]
    users: [{name: u, user: {client-certificate: client.crt, client-key: client.key}}]
    contexts: [{name: x, context: {cluster: c, user: u}}]
    """
}
