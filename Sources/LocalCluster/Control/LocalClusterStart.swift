// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// What ``LocalClusterControl/up(command:)`` found or made.
public struct LocalClusterStart: Sendable, Hashable {
    /// Whether the cluster ran before; then nothing was changed.
    public let wasRunning: Bool

    /// The cluster's process.
    public let pid: Int32

    /// The API server's address.
    public let server: String

    /// The kubeconfig file that has the context.
    public let kubeconfig: String?

    /// The name of the context.
    public let context = KubeconfigContext.name

    init(wasRunning: Bool, record: RunRecord) {
        self.wasRunning = wasRunning
        pid = record.pid
        server = record.server
        kubeconfig = record.kubeconfig
    }
}

/// What ``LocalClusterControl/down()`` did.
public enum LocalClusterStop: Sendable, Hashable {
    /// No cluster ran.
    case notRunning
    /// It ended in order.
    case stopped
    /// It did not end in time and was killed.
    case killed
}
