// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// How a local node is set up.
package struct LocalNodeOptions: Sendable {
    /// The node's name in the cluster.
    package var name: String
    /// Where logs and records are kept; one node process at a time.
    package var stateDirectory: String
    /// What runs in place of which image.
    package var interpreters: HostInterpreters
    /// Pods that are set up or stopped at the same time.
    package var workers: Int
    /// Pods at most.
    package var maximumPods: Int64
    /// Processes and threads in one sandbox.
    package var maximumProcesses: UInt64
    /// Bytes of memory of a container that sets no limit.
    package var defaultMemory: UInt64
    /// Bytes of an emptyDir that sets no limit.
    package var defaultScratch: UInt64

    /// The node's address: it is this host.
    static let address = "127.0.0.1"

    package init(
        name: String = "local",
        stateDirectory: String,
        interpreters: HostInterpreters,
        workers: Int = 8,
        maximumPods: Int64 = 250,
        maximumProcesses: UInt64 = 64,
        defaultMemory: UInt64 = 512 << 20,
        defaultScratch: UInt64 = 256 << 20
    ) {
        self.name = name
        self.stateDirectory = stateDirectory
        self.interpreters = interpreters
        self.workers = workers
        self.maximumPods = maximumPods
        self.maximumProcesses = maximumProcesses
        self.defaultMemory = defaultMemory
        self.defaultScratch = defaultScratch
    }
}
