// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient

/// The cluster and namespace that a command works on.
struct Cluster: Sendable {
    let client: KubernetesClient
    let namespace: String
    let server: ServerURL
}
