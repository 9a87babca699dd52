// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import KubernetesCore
import KubernetesMeta

/// Which profiles the node of a local cluster can run: it says so in its labels.
enum LocalProfiles {
    private static let localNode = "agenttask.io/local-node=true"
    private static let profilePrefix = "agenttask.io/profile-"

    /// The profiles; nil for a cluster of real nodes, which pull images.
    static func available(on cluster: Cluster) async throws -> [String]? {
        guard cluster.server.isLoopback else { return nil }
        let nodes = try await cluster.client.list(Node.self, options: ListOptions(labelSelector: localNode)).items
        guard !nodes.isEmpty else { return nil }
        return nodes.flatMap { ($0.metadata.labels ?? [:]).keys }.filter { $0.hasPrefix(profilePrefix) }.map {
            String($0.dropFirst(profilePrefix.count))
        }
    }
}
