// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import KubernetesClient

/// Hands requests straight to a cluster in this process.
struct InProcessTransport: HTTPTransport {
    let cluster: EmbeddedCluster
    let user: UserInfo
    private let isClosed = Locked(false)

    init(cluster: EmbeddedCluster, user: UserInfo) {
        self.cluster = cluster
        self.user = user
    }

    func send(_ head: HTTPRequest, body: [UInt8], options: RequestOptions) async throws(TransportError) -> HTTPExchange {
        guard !isClosed.withLock({ $0 }) else {
            throw TransportError(.closed, "the transport to the embedded cluster has been shut down")
        }
        guard !Task.isCancelled else { throw TransportError(.canceled, "the request was cancelled") }
        try options.permit?.check()
        return await cluster.handle(head, body: body, user: user)
    }

    func shutdown() async { isClosed.withLock { $0 = true } }
}
