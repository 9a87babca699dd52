// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import KubernetesCoordination
import KubernetesMeta

/// A watch on one lease, which begins with its present state.
struct LeaseWatch: Sendable {
    let client: KubernetesClient
    let options: LeaderElectionOptions

    func open() async throws(ClientError) -> WatchStream<Lease> {
        try await client.watch(
            Lease.self,
            namespace: options.leaseNamespace,
            options: WatchOptions(
                fieldSelector: "metadata.name=\(options.leaseName)",
                // Bookmarks come about once a minute, when nobody renews.
                idleTimeout: max(.seconds(90), options.leaseDuration),
                maximumBufferedBytes: 1 << 20,
                maximumEventBytes: 1 << 20
            )
        )
    }

    /// What an event tells of the lease; nil for nothing.
    func event(_ event: WatchEvent<Lease>) -> ElectionEvent? {
        switch event {
        case .added(let lease), .modified(let lease): isMeant(lease) ? .observed(lease, exists: true) : nil
        case .deleted(let lease): isMeant(lease) ? .observed(lease, exists: false) : nil
        case .bookmark, .error: nil
        }
    }

    private func isMeant(_ lease: Lease) -> Bool { lease.metadata.name == options.leaseName }
}
