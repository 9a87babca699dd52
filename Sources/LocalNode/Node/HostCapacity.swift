// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc
import KubernetesMeta

/// What this host has to give.
struct HostCapacity: Sendable, Hashable {
    var processors: Int64
    /// Bytes.
    var memory: Int64
    var pods: Int64

    static func current(pods: Int64) -> HostCapacity {
        let pages = Int64(sysconf(Int32(_SC_PHYS_PAGES)))
        let size = Int64(sysconf(Int32(_SC_PAGESIZE)))
        return HostCapacity(processors: Int64(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))), memory: pages * size, pods: pods)
    }

    /// All of it. Requests are what the scheduler counts; on a laptop they are promises among friends.
    var resources: [String: Quantity] {
        [
            "cpu": Quantity(processors),
            "memory": Quantity(memory, format: .binarySI),
            "ephemeral-storage": Quantity(memory, format: .binarySI),
            "pods": Quantity(pods),
        ]
    }
}
