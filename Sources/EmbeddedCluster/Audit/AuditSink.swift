// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Where the cluster tells of writes. It is called in the order in which answers become ready, from many tasks at once, and must be quick.
public protocol AuditSink: Sendable {
    /// Takes down one write.
    func record(_ event: AuditEvent)
}
