// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc

/// A cgroup of one sandbox's own, for its share of the processors. Memory and process counts are not cgroups' business here, so that a
/// node without writable cgroups differs in nothing but this.
final class CgroupShare: Sendable {
    /// Where cgroups can be made on this host.
    struct Hierarchy: Sendable, Hashable {
        enum Version: Sendable, Hashable { case one, two }
        let version: Version
        /// The directory that holds the sandboxes' groups.
        let directory: String

        /// Makes the node's own group; nil where this process may not (an ordinary user, a read-only /sys).
        static func find(nodeName: String, root: String = "/sys/fs/cgroup") -> Hierarchy? {
            let name = "agenttask-\(nodeName)"
            if access("\(root)/cgroup.controllers", R_OK) == 0 {
                guard TextFile.poke("\(root)/cgroup.subtree_control", "+cpu"), makeDirectory("\(root)/\(name)") else {
                    return nil
                }
                guard TextFile.poke("\(root)/\(name)/cgroup.subtree_control", "+cpu") else { return nil }
                return Hierarchy(version: .two, directory: "\(root)/\(name)").swept()
            }
            guard access("\(root)/cpu/cpu.shares", W_OK) == 0, makeDirectory("\(root)/cpu/\(name)") else { return nil }
            return Hierarchy(version: .one, directory: "\(root)/cpu/\(name)").swept()
        }

        /// Removes the groups of sandboxes that have ended, such as those of a node that was killed. A group with a process in it stays.
        private func swept() -> Hierarchy {
            for name in Directory.names(directory) { rmdir("\(directory)/\(name)") }
            return self
        }
    }

    private let directory: String

    /// Puts a process, which has no children yet, into a new group. Nil when the host refuses: the sandbox then runs without a share.
    init?(_ hierarchy: Hierarchy, name: String, process: pid_t, limits: SandboxLimits) {
        let directory = "\(hierarchy.directory)/\(name)"
        guard Self.makeDirectory(directory) else { return nil }
        self.directory = directory
        // 100 ms is the kernel's own period; 1024 shares (or weight 100) stand for one processor.
        let quota = limits.processorLimit.map { max($0, 10) * 100 }
        switch hierarchy.version {
        case .one:
            _ = TextFile.poke("\(directory)/cpu.shares", "\(max(2, limits.processorRequest * 1024 / 1000))")
            if let quota { _ = TextFile.poke("\(directory)/cpu.cfs_quota_us", "\(quota)") }
        case .two:
            _ = TextFile.poke("\(directory)/cpu.weight", "\(min(10000, max(1, limits.processorRequest / 10)))")
            if let quota { _ = TextFile.poke("\(directory)/cpu.max", "\(quota) 100000") }
        }
        guard TextFile.poke("\(directory)/cgroup.procs", "\(process)") else {
            rmdir(directory)
            return nil
        }
    }

    /// Removes the group; its processes have ended.
    func remove() { rmdir(directory) }

    private static func makeDirectory(_ path: String) -> Bool { mkdir(path, 0o755) == 0 || errno == EEXIST }
}
