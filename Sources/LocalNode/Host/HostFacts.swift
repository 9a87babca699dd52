// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc

/// What decides whether this host can run sandboxes, gathered once.
package struct HostFacts: Sendable, Hashable {
    package var bubblewrap: String?
    package var isRoot: Bool
    /// `/proc/sys/kernel/unprivileged_userns_clone`: Debian's own switch; nil where the kernel has none.
    package var unprivilegedUserNamespaces: String?
    /// `/proc/sys/kernel/apparmor_restrict_unprivileged_userns`: Ubuntu's.
    package var apparmorRestriction: String?
    /// `/proc/sys/user/max_user_namespaces`.
    package var maximumUserNamespaces: String?
    /// This process's root directory is not its namespace's.
    package var isInChroot: Bool

    package init(
        bubblewrap: String?,
        isRoot: Bool,
        unprivilegedUserNamespaces: String?,
        apparmorRestriction: String?,
        maximumUserNamespaces: String?,
        isInChroot: Bool
    ) {
        self.bubblewrap = bubblewrap
        self.isRoot = isRoot
        self.unprivilegedUserNamespaces = unprivilegedUserNamespaces
        self.apparmorRestriction = apparmorRestriction
        self.maximumUserNamespaces = maximumUserNamespaces
        self.isInChroot = isInChroot
    }

    /// This host's. bubblewrap is looked up in the system's directories, not in PATH.
    package static func current() -> HostFacts {
        let places: [String] = ["/usr/bin/bwrap", "/usr/local/bin/bwrap", "/bin/bwrap"]
        return HostFacts(
            bubblewrap: places.first { access($0, X_OK) == 0 },
            isRoot: geteuid() == 0,
            unprivilegedUserNamespaces: TextFile.text("/proc/sys/kernel/unprivileged_userns_clone"),
            apparmorRestriction: TextFile.text("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"),
            maximumUserNamespaces: TextFile.text("/proc/sys/user/max_user_namespaces"),
            isInChroot: hasOtherRootThanInit() || !hasRootMount(TextFile.bytes("/proc/self/mountinfo", upTo: 4 << 20))
        )
    }

    /// Whether process 1 has another root in the same mount namespace. Only root may look; for others the answer is no.
    private static func hasOtherRootThanInit() -> Bool {
        guard let mine = TextFile.link("/proc/self/ns/mnt"), mine == TextFile.link("/proc/1/ns/mnt") else { return false }
        var (own, first) = (stat(), stat())
        guard stat("/", &own) == 0, stat("/proc/1/root", &first) == 0 else { return false }
        return (own.st_dev, own.st_ino) != (first.st_dev, first.st_ino)
    }

    /// Whether a mount stands at `/`: not so in a chroot, unless the new root is itself a mount point.
    static func hasRootMount(_ mountinfo: [UInt8]?) -> Bool {
        guard let mountinfo, !mountinfo.isEmpty else { return true }
        return String(decoding: mountinfo, as: UTF8.self).split(separator: "\n").contains { line in
            let fields = line.split(separator: " ")
            return fields.count > 4 && fields[4] == "/"
        }
    }
}
