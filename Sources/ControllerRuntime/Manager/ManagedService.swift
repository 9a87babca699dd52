// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ServiceLifecycle

/// A service as the manager keeps it.
struct ManagedService: Sendable {
    let name: String
    let group: RunnableGroup
    let service: any Service
    let isReady: (@Sendable () async throws -> Void)?
}
