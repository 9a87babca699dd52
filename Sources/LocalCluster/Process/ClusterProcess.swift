// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import EmbeddedClusterServer
import Glibc

/// The process of a cluster, found by the lock that it holds.
struct ClusterProcess: Sendable {
    let state: LocalState
    let time: TimeSource

    /// The process that holds the lock; nil when no cluster runs.
    ///
    /// A process id in a file may belong to another program by now; the lock cannot.
    func holder() throws(LocalClusterError) -> pid_t? {
        do throws(ServerError) {
            return try FileLock.holder(path: state.lock)
        } catch {
            throw LocalClusterError(.state, error.message)
        }
    }

    /// Asks the process to end, waits, and kills it when it does not.
    ///
    /// - Parameters:
    ///   - budget: How long it may take to end in order.
    /// - Returns: Whether it had to be killed; nil when none ran.
    func stop(budget: Duration) async throws -> Bool? {
        guard let pid = try holder() else { return nil }
        guard pid > 1 else {
            throw LocalClusterError(.stop, "a cluster is being started in \(state.directory.path) at this moment; try again")
        }
        try signal(pid, SIGTERM)
        if try await hasEnded(within: budget) { return false }
        try signal(pid, SIGKILL)
        guard try await hasEnded(within: .seconds(5)) else {
            throw LocalClusterError(
                .stop,
                "the cluster's process \(pid) does not end, not even by SIGKILL; look at it with: ps -fp \(pid)"
            )
        }
        return true
    }

    private func signal(_ pid: pid_t, _ number: Int32) throws(LocalClusterError) {
        // The holder is asked for again, so that the signal goes to nobody who came after it.
        guard try holder() == pid else { return }
        guard kill(pid, number) == 0 || errno == ESRCH else {
            throw LocalClusterError(.stop, "cannot stop the cluster's process \(pid): \(String(cString: strerror(errno)))")
        }
    }

    private func hasEnded(within limit: Duration) async throws -> Bool {
        let deadline = time.now().advanced(by: limit)
        while try holder() != nil {
            guard time.now() < deadline else { return false }
            try await time.sleep(for: .milliseconds(20))
        }
        return true
    }
}
