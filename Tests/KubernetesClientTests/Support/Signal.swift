// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

@testable import KubernetesClient

/// Lets a test wait for what happens on a server's thread, and the other way round.
final class Signal: Sendable {
    private let signal = OneTimeSignal()
    private let semaphore = Semaphore()

    func set() {
        signal.signal()
        semaphore.signal()
    }

    /// For tasks.
    func wait() async { await signal.wait() }

    /// For one thread that is not a task's.
    func block() { semaphore.wait() }
}
