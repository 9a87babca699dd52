// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc

/// The part of the host that every sandbox sees, read-only: programs and libraries, nothing of `/etc`, `/home`, `/root` or `/var`.
struct HostSystem: Sendable, Hashable {
    /// Top-level links and directories besides `/usr`: with a merged /usr `/bin` is a link, else a directory.
    enum TopLevel: Sendable, Hashable {
        case link(path: String, target: String)
        case directory(path: String)
    }

    var topLevel: [TopLevel]
    /// Files of `/etc` that programs cannot do without and that tell nothing about the host's users.
    var etc: [String]

    /// Files of /proc that tell about the whole host or reach the whole kernel.
    var maskedFiles: [String] = []

    /// Bytes of `/dev/shm` in every sandbox.
    static let sharedMemory: UInt64 = 64 << 20

    /// What this host has.
    static func current() -> HostSystem {
        var topLevel: [TopLevel] = []
        for path in ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"] {
            if let target = TextFile.link(path) {
                topLevel.append(.link(path: path, target: target))
            } else if access(path, F_OK) == 0 {
                topLevel.append(.directory(path: path))
            }
        }
        let wanted: [String] = ["/etc/ld.so.cache", "/etc/alternatives"]
        let etc = wanted.filter { access($0, R_OK) == 0 }
        let sensitive: [String] = [
            "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/sched_debug", "/proc/sysrq-trigger", "/proc/timer_list",
            "/proc/timer_stats",
        ]
        return HostSystem(topLevel: topLevel, etc: etc, maskedFiles: sensitive.filter { access($0, F_OK) == 0 })
    }

    func mounts(hostname: String) -> [SandboxMount] {
        var mounts: [SandboxMount] = [.host(source: "/usr", path: "/usr")]
        for entry in topLevel {
            switch entry {
            case .link(let path, let target): mounts.append(.link(target: target, path: path))
            case .directory(let path): mounts.append(.host(source: path, path: path))
            }
        }
        mounts += etc.map { .host(source: $0, path: $0) }
        let user = SandboxPlan.userID
        mounts += [
            Self.file("/etc/passwd", "task:x:\(user):\(user)::/tmp:/bin/sh\n"),
            Self.file("/etc/group", "task:x:\(user):\n"),
            Self.file("/etc/hosts", "127.0.0.1 localhost \(hostname)\n::1 localhost\n"),
            Self.file("/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n"),
            Self.file("/etc/resolv.conf", "nameserver 127.0.0.1\noptions attempts:1 timeout:1\n"),
            .scratch(path: "/dev/shm", size: Self.sharedMemory, countsAsMemory: true),
        ]
        return mounts
    }

    private static func file(_ path: String, _ text: String) -> SandboxMount {
        .file(path: path, SandboxFile(name: "", bytes: Array(text.utf8)))
    }
}
