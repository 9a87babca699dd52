// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import KubernetesClient
import KubernetesCoordination
import KubernetesCore
import KubernetesMeta
import Logging

/// Keeps the node's object and its lease in the cluster.
struct NodePublisher: Sendable {
    /// As a kubelet: the lease often, the object rarely.
    static let leasePeriod = Duration.seconds(10)
    static let leaseDuration: Int32 = 40
    static let statusPeriod = Duration.seconds(300)
    static let leaseNamespace = "kube-node-lease"

    let client: KubernetesClient
    let name: String
    let time: TimeSource
    let logger: Logger
    let object: @Sendable (Time) -> NodeObject

    /// Creates or refreshes the Node.
    func publish() async throws(ClientError) {
        let wanted = object(Time(seconds: time.wallNow().seconds))
        let existing: Node
        do throws(ClientError) {
            existing = try await client.create(wanted.node())
        } catch  where error.isAlreadyExists {
            existing = try await client.get(Node.self, name: name)
        }
        var metadata = existing
        metadata.metadata.labels = (existing.metadata.labels ?? [:])
            .filter { !$0.key.hasPrefix(NodeObject.profileLabel) }
            .merging(wanted.labels) { $1 }
        metadata.metadata.annotations = (existing.metadata.annotations ?? [:]).merging(wanted.annotations) { $1 }
        if metadata.metadata != existing.metadata { metadata = try await client.replace(metadata) }
        metadata.status = wanted.status(previous: existing.status)
        _ = try await client.replace(metadata, subresource: "status")
    }

    /// Renews the lease, and the object now and then, until canceled. A failure is logged and tried again with the next lease.
    func run() async throws {
        var nextStatus = time.now().advanced(by: Self.statusPeriod)
        while true {
            do throws(ClientError) {
                try await renew()
                if time.now() >= nextStatus {
                    try await publish()
                    nextStatus = time.now().advanced(by: Self.statusPeriod)
                }
            } catch {
                logger.warning("the node's lease was not renewed: \(error)")
            }
            try await time.sleep(for: Self.leasePeriod)
        }
    }

    func renew() async throws(ClientError) {
        let now = MicroTime(microseconds: time.wallNow().microseconds)
        let spec = LeaseSpec(holderIdentity: name, leaseDurationSeconds: Self.leaseDuration, renewTime: now)
        do throws(ClientError) {
            var lease = try await client.get(Lease.self, name: name, namespace: Self.leaseNamespace)
            lease.spec = spec
            _ = try await client.replace(lease)
        } catch  where error.isNotFound {
            try await ensureNamespace()
            _ = try await client.create(Lease(metadata: ObjectMeta(name: name, namespace: Self.leaseNamespace), spec: spec))
        }
    }

    private func ensureNamespace() async throws(ClientError) {
        do throws(ClientError) {
            _ = try await client.create(Namespace(metadata: ObjectMeta(name: Self.leaseNamespace)))
        } catch  where error.isAlreadyExists {}
    }
}
