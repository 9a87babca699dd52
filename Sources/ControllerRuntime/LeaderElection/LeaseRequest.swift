// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import KubernetesCoordination
import KubernetesMeta

/// One request about the lease, ready to be sent.
struct LeaseRequest: Sendable {
    private enum Kind { case read, create(Lease), update(Lease) }

    private let kind: Kind
    private let options: LeaderElectionOptions
    private let limits: RequestOptions

    /// Nil for an action that is no request.
    init?(_ action: ElectionAction, options: LeaderElectionOptions, timeout: Duration, now: WallTime) {
        switch action {
        case .read: kind = .read
        case .create(let holder, let epoch):
            var lease = Lease(metadata: ObjectMeta(name: options.leaseName, namespace: options.leaseNamespace))
            lease.setLabels(options.labels)
            lease.record(holder: holder, epoch: epoch, duration: options.leaseDuration, acquires: true, now: now)
            kind = .create(lease)
        case .update(var lease, let holder, let epoch, let acquires):
            lease.record(holder: holder, epoch: epoch, duration: options.leaseDuration, acquires: acquires, now: now)
            lease.setLabels(options.labels)
            kind = .update(lease)
        default: return nil
        }
        self.options = options
        limits = RequestOptions(timeout: timeout, maximumBodyBytes: 1 << 20, lane: .lease)
    }

    /// Sends it.
    func answer(_ client: KubernetesClient) async -> ElectionEvent.Answer {
        do throws(ClientError) {
            return .lease(try await send(client))
        } catch {
            if case .read = kind, error.isNotFound { return .lease(nil) }
            // A create that finds no namespace is NotFound too, and nobody else's doing.
            if case .update = kind, error.isConflict || error.isNotFound { return .refused }
            if case .create = kind, error.isAlreadyExists { return .refused }
            return .failed(error.message)
        }
    }

    private func send(_ client: KubernetesClient) async throws(ClientError) -> Lease {
        switch kind {
        case .read:
            try await client.get(Lease.self, name: options.leaseName, namespace: options.leaseNamespace, options: limits)
        case .create(let lease): try await client.create(lease, options: WriteOptions(request: limits))
        case .update(let lease): try await client.replace(lease, options: WriteOptions(request: limits))
        }
    }
}
