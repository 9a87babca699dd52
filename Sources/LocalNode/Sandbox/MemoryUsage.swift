// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// What a process of a sandbox holds, read from /proc.
struct MemoryUsage: Sendable, Hashable {
    /// Bytes of anonymous and shared memory.
    var bytes: UInt64

    /// From `/proc/<pid>/status`: cheap, but counts memory that a forked child shares with its parent twice.
    init(status: String) {
        bytes = Self.sum(status, of: ["RssAnon:", "RssShmem:", "VmSwap:"])
    }

    /// From `/proc/<pid>/smaps_rollup`: shared pages divided by how many share them; walks the page tables.
    init(rollup: String) {
        bytes = Self.sum(rollup, of: ["Pss_Anon:", "Pss_Shmem:", "SwapPss:"])
    }

    private static func sum(_ text: String, of names: Set<Substring>) -> UInt64 {
        text.split(separator: "\n").reduce(0) { total, line in
            let fields = line.split(whereSeparator: \.isWhitespace)
            guard fields.count >= 2, names.contains(fields[0]), let kibibytes = UInt64(fields[1]) else { return total }
            return total + kibibytes * 1024
        }
    }
}
